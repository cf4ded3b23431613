import type { Database, SqlSession } from '@finance/schema';
import { resolveScope } from '@finance/store';
import {
  adaptiveSqlWays,
  createMemoryStore,
  memoryStoreSort,
  refreshFully,
  removeViewers,
  sqlStrategiesOn,
  staleMaterializedView,
} from '@finance/strategies';
import type { DataSet, FundPage, PaginationStrategy } from '@finance/strategy-contract';
import { pageSize, type Question } from '../questions/make-questions.ts';

/** A timed answer. */
export interface TimedPage {
  readonly page: FundPage;
  /** Of the strategy alone: its snapshot is open and the scope resolved before. */
  readonly ms: number;
}

/** A strategy on a store. */
export interface Contender {
  readonly name: string;
  /** Does what the strategy needs before a viewer's first question; not timed, and nothing when done before. */
  prepare?(viewerUserId: bigint, signal: AbortSignal): Promise<void>;
  /** Asks once; rejects when the signal aborts, after the store has stopped working on it. */
  ask(question: Question, signal: AbortSignal): Promise<TimedPage>;
}

/**
 * Every strategy that answers from a database. The materialized view is refreshed for each viewer in turn and then read
 * as it stands: the answers are compared, and one that took another way would be measured as the view.
 */
export function sqlContenders(database: Database): Contender[] {
  const prepare = refreshForOneViewer(database);
  return [...sqlStrategiesOn(database).values()].map((offered) => {
    const isView = offered.name === staleMaterializedView.name;
    return { ...sqlContender(database, isView ? staleMaterializedView : offered), ...(isView && { prepare }) };
  });
}

/** Those ways of adaptive-sql that are among the names. */
export const wayContenders = (database: Database, names: readonly string[] = []): Contender[] =>
  [...adaptiveSqlWays]
    .filter(([name]) => names.includes(name))
    .map(([name, strategy]) => ({ ...sqlContender(database, strategy), name }));

/** Keeps the view of the viewer who is asking, alone: the rows of all together may be too many. */
function refreshForOneViewer(database: Database): NonNullable<Contender['prepare']> {
  let present: bigint | undefined;
  return async (viewerUserId, signal) => {
    if (present === viewerUserId) return;
    if (present !== undefined) await removeViewers(database, signal, [present]);
    present = undefined;
    await refreshFully(database, signal, [viewerUserId]);
    present = viewerUserId;
  };
}

function sqlContender(database: Database, strategy: PaginationStrategy<SqlSession>): Contender {
  return {
    name: strategy.name,
    ask: async (question, signal) => {
      let working: Promise<unknown> = Promise.resolve();
      try {
        return await database.snapshot(signal, async (session) => {
          const scope = await resolveScope(session, question.viewerUserId);
          const startedAt = performance.now();
          const answer = strategy.listFunds(session, requestOf(question, scope));
          working = answer;
          const page = await answer;
          return { page, ms: performance.now() - startedAt };
        });
      } catch (error) {
        // What the caller has left goes on for a moment; it must not slow the next call.
        await working.catch(() => undefined);
        throw error;
      }
    },
  };
}

/** The strategies that answer from memory. */
export function memoryContenders(data: DataSet): Contender[] {
  const store = createMemoryStore(data);
  return [
    {
      name: memoryStoreSort.name,
      ask: async (question) => {
        const request = requestOf(question, store.scopeOf(question.viewerUserId));
        const startedAt = performance.now();
        const page = await memoryStoreSort.listFunds(store, request);
        return { page, ms: performance.now() - startedAt };
      },
    },
  ];
}

const requestOf = <Scope>({ after, order, skip, withTotal }: Question, scope: Scope) => ({
  scope,
  filter: {},
  order,
  after,
  skip,
  pageSize,
  withTotal,
});
