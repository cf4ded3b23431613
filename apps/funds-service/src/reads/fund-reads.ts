import type { PaginationStrategy as ProtoStrategy } from '@finance/contract/funds-service';
import type { Fund, FundDetails, FundFilter, FundOrder, FundSummary, FundSummaryGroup } from '@finance/domain';
import type { FundPage, FundPageRequest } from '@finance/strategy-contract';

/** Details by fund id; empty unless asked for. */
export type DetailsById = ReadonlyMap<bigint, FundDetails>;

/** What a viewer may see, in one state of the data. Ask once and at once: the state may move on. */
export interface FundReads {
  /** Of the state, for consistency tokens. */
  readonly position: string;
  /** What pages are made by. */
  readonly strategyUsed: ProtoStrategy;
  /** Whether reading takes a connection of the database for as long as it goes on. */
  readonly holdsConnection: boolean;
  page(
    request: Omit<FundPageRequest, 'scope'>,
    withDetails: boolean,
  ): Promise<FundPage & { readonly details: DetailsById }>;
  /** Funds by id, in request order. @throws DomainError FUND_ACCESS_DENIED alike for the first invisible or missing one */
  visible(
    fundIds: readonly bigint[],
    withDetails: boolean,
  ): Promise<{ readonly funds: readonly Fund[]; readonly details: DetailsById }>;
  summary(filter: FundFilter, groupBy: FundSummaryGroup): Promise<FundSummary>;
  /** Every fund that passes, in order, in batches; all from one state, whatever happens meanwhile. */
  exported(query: {
    readonly filter: FundFilter;
    readonly order: FundOrder;
    readonly batchSize: number;
  }): AsyncIterable<readonly Fund[]> | Iterable<readonly Fund[]>;
}
