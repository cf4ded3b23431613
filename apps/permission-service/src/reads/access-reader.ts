import type { ConsistencyTokens } from '@finance/api';
import type { Freshness } from '@finance/domain';
import { AskSql, type IndexReplica } from '@finance/index-host';
import type { Database } from '@finance/schema';
import type { AccessReads } from './access-reads.ts';
import { indexReads } from './index-reads.ts';
import { sqlReads } from './sql-reads.ts';

/** Opens a state that is as fresh as asked: the live index, or SQL at once when the index cannot answer. */
export type ReadAccess = <T>(
  freshness: Freshness,
  signal: AbortSignal,
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
  return async (freshness, signal, work) => {
    const view = await index?.at(freshness);
    if (view) {
      try {
        return await work(indexReads(view));
      } catch (error) {
        if (!(error instanceof AskSql)) throw error;
      }
    }
    await consistency.reach(freshness, signal);
    return database.snapshot(signal, (session) => work(sqlReads(session)), freshness);
  };
}
