import type { ConsistencyTokens } from '@finance/api';
import { PaginationStrategy as ProtoStrategy } from '@finance/contract/funds-service';
import type { Freshness } from '@finance/domain';
import { readInTurn, type IndexReplica } from '@finance/index-host';
import type { RpcContext } from '@finance/service-kit';
import type { ChosenStrategy, StrategyChoice } from '../strategy-choice.ts';
import type { MayRepeat, ViewerSnapshots } from '../viewer-snapshots.ts';
import type { FundReads } from './fund-reads.ts';
import { indexReads } from './index-reads.ts';
import { sqlReads } from './sql-reads.ts';

/** Who asks, and how the answer is to be made. */
export interface ReadRequest {
  readonly viewerUserId: bigint;
  readonly freshness: Freshness;
  /** For pages; the best of them by default. */
  readonly strategy?: ChosenStrategy;
  /** For work that hands out what it reads as it goes; always by default. */
  readonly mayRepeat?: MayRepeat;
}

/** Opens the best state that is as fresh as asked: the live index, or SQL at once when the index cannot answer. */
export interface FundReader {
  /** How pages are to be made. @throws DomainError STRATEGY_NOT_ALLOWED, FIELD_INVALID */
  choose(asked: ProtoStrategy): ChosenStrategy;
  /** @throws DomainError VIEWER_NOT_FOUND, CONSISTENCY_UNAVAILABLE, those of the database */
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
  const best = strategies.choose(ProtoStrategy.UNSPECIFIED);
  return {
    choose: (asked) => strategies.choose(asked),
    read: ({ viewerUserId, freshness, strategy: choice = best, mayRepeat }, context, work) =>
      readInTurn(choice.byIndex ? index : undefined, {
        freshness,
        turn: () => context.turn(),
        byIndex: (view) => work(indexReads(view, viewerUserId, context)),
        otherwise: async () => {
          await consistency.reach(freshness, context.signal);
          return viewers.read(
            viewerUserId,
            context,
            (session, scope) => work(sqlReads(session, scope, choice.bySql)),
            freshness,
            mayRepeat,
          );
        },
      }),
  };
}
