import type { ConsistencyTokens } from '@finance/api';
import type { Freshness } from '@finance/domain';
import { readInTurn, type IndexReplica } from '@finance/index-host';
import type { Database } from '@finance/schema';
import type { RpcContext } from '@finance/service-kit';
import type { AccessReads } from './access-reads.ts';
import { indexReads } from './index-reads.ts';
import { sqlReads } from './sql-reads.ts';

/** Opens a state that is as fresh as asked: the live index, or SQL at once when the index cannot answer. */
export type ReadAccess = <T>(
  freshness: Freshness,
  context: RpcContext,
  work: (reads: AccessReads) => Promise<T>,
) => Promise<T>;

/** Where to read. */
export interface AccessReaderOptions {
  readonly database: Database;
  readonly consistency: ConsistencyTokens;
  /** Absent where none is kept. */
  readonly index?: IndexReplica | undefined;
}

export function createAccessReader({ database, consistency, index }: AccessReaderOptions): ReadAccess {
  return (freshness, context, work) =>
    readInTurn(index, {
      freshness,
      turn: () => context.turn(),
      byIndex: (view) => work(indexReads(view, context)),
      otherwise: async () => {
        await consistency.reach(freshness, context.signal);
        return database.snapshot(context.signal, (session) => work(sqlReads(session)), freshness);
      },
    });
}
