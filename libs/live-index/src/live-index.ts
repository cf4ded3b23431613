import type {
  BasisName,
  Customer,
  Fund,
  FundDetails,
  FundFilter,
  FundOrder,
  FundSummary,
  FundSummaryGroup,
  User,
} from '@finance/domain';
import type { FundPage, FundPageRequest } from '@finance/strategy-contract';
import type { IndexBase } from './base/index-base.ts';
import type { OrderOwner, RowChange } from './row-change.ts';

/** A question for one page; the index knows what the viewer may see. */
export type IndexPageRequest = Omit<FundPageRequest, 'scope'> & { readonly viewerUserId: bigint };

/** Somebody who may see a fund, as on the SQL path. */
export interface IndexFundViewer {
  readonly user: User;
  readonly bases: readonly BasisName[];
}

/** Sizes for metrics; bytes are those of the typed arrays and an estimate for small objects. */
export interface IndexStats {
  readonly funds: number;
  readonly people: number;
  /** Rows that cannot be read as a whole; no answer shows them. */
  readonly unreadableRows: number;
  /** Funds changed since the base was built. */
  readonly deltaFunds: number;
  /** Base and delta, without what is cached for viewers. */
  readonly bytes: number;
  readonly cachedSets: number;
  readonly cachedBytes: number;
}

/**
 * The whole company at one position, answering for any viewer. One thread at a time; every method is synchronous, so a
 * call sees one state. Unknown viewers: DomainError VIEWER_NOT_FOUND; viewers on a cycle of parents: INTERNAL. Where a
 * row that cannot be read may belong to the answer: AskSql.
 */
export interface LiveIndex {
  /** Applies changes in commit order; cost grows with the changes, not with the company. */
  apply(changes: readonly RowChange[]): void;
  /** Exactly the oracle's page. */
  listFunds(request: IndexPageRequest): FundPage;
  /** Every visible fund that passes, in order, in batches; of the state at the call, whatever is applied meanwhile. */
  exportFunds(viewerUserId: bigint, filter: FundFilter, order: FundOrder, batchSize: number): Iterable<Fund[]>;
  summarizeFunds(viewerUserId: bigint, filter: FundFilter, groupBy: FundSummaryGroup): FundSummary;
  /** The funds that exist and that the viewer sees, in the order of the ids, each as often as asked for. */
  visibleFunds(viewerUserId: bigint, fundIds: readonly bigint[]): Fund[];
  fundDetails(viewerUserId: bigint, fund: Fund): FundDetails;
  /** Everyone who may see a fund, by user id; undefined when there is no such fund. */
  fundViewers(fundId: bigint): IndexFundViewer[] | undefined;
  /** A new base of the present state; long, for a thread that serves nobody. */
  rebuildBase(): IndexBase;
  stats(): IndexStats;
}

/** Collects the four tables, in any order of rows, and builds a base. */
export interface BaseBuilder {
  addUsers(rows: readonly User[]): void;
  addOrders(rows: readonly OrderOwner[]): void;
  addCustomers(rows: readonly Customer[]): void;
  addFunds(rows: readonly Fund[]): void;
  /** A row that is there and cannot be read as a whole; its `row`, where it is not null, is added like the others. */
  addUnreadable(row: RowChange): void;
  /** Long; once only. */
  build(): IndexBase;
}
