import type { ConsistencyTokens } from '@finance/api';
import type { Consistency } from '@finance/contract/consistency';
import { PaginationStrategy as ProtoStrategy } from '@finance/contract/funds-service';
import type { IndexReplica } from '@finance/index-host';
import type { RpcContext } from '@finance/service-kit';
import type { StrategyChoice } from '../strategy-choice.ts';
import type { MayRepeat, ViewerSnapshots } from '../viewer-snapshots.ts';
import type { FundReads } from './fund-reads.ts';
import { indexReads } from './index-reads.ts';
import { sqlReads } from './sql-reads.ts';

/** Who asks, and how the answer is to be made. */
export interface ReadRequest {
  readonly viewerUserId: bigint;
  readonly consistency: Consistency | undefined;
  /** For pages; the best of them by default. */
  readonly strategy?: ProtoStrategy;
  /** For work that hands out what it reads as it goes; always by default. */
  readonly mayRepeat?: MayRepeat;
}

/** Opens the best state that is as fresh as asked: the live index, or SQL at once when the index cannot answer. */
export interface FundReader {
  /** @throws DomainError VIEWER_NOT_FOUND, STRATEGY_NOT_ALLOWED, those of consistency and of the database */
  read<T>(request: ReadRequest, context: RpcContext, work: (reads: FundReads) => Promise<T>): Promise<T>;
}

/** Where to read. */
export interface FundReaderOptions {
  readonly viewers: ViewerSnapshots;
  readonly strategies: StrategyChoice;
  readonly consistency: ConsistencyTokens;
  /** Absent where none is kept. */
  readonly index?: IndexReplica | undefined;
}

export function createFundReader({ viewers, strategies, consistency, index }: FundReaderOptions): FundReader {
  return {
    read: async (request, context, work) => {
      const { viewerUserId, consistency: asked, strategy = ProtoStrategy.UNSPECIFIED, mayRepeat } = request;
      const choice = strategies.choose(strategy);
      const freshness = consistency.parse(asked);
      const view = choice.byIndex ? await index?.at(freshness) : undefined;
      if (view) return work(indexReads(view, viewerUserId));
      await consistency.reach(freshness, context.signal);
      return viewers.read(
        viewerUserId,
        context,
        (session, scope) => work(sqlReads(session, scope, choice.bySql)),
        freshness,
        mayRepeat,
      );
    },
  };
}
