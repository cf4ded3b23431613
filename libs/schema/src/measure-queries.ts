import { createDurations, type Durations } from '@finance/metrics';
import type { SQL } from 'drizzle-orm';
import type { Database, SqlSession } from './database.ts';
import { nameOf } from './sql/named.ts';

/** 30 s is what the alert on batches asks about. */
const boundsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30];

/** For {@link measureQueries}. */
export const createQueryDurations = (): Durations =>
  createDurations(
    'finance_query_duration_seconds',
    'Statements of snapshots and transactions, failed ones included, by named query.',
    ['query'],
    boundsSeconds,
  );

/** The same database; how long each statement of its sessions takes is recorded under the statement's name. */
export function measureQueries(database: Database, durations: Durations): Database {
  const timed = async <T>(statement: SQL, work: Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    try {
      return await work;
    } finally {
      durations.record([nameOf(statement)], (performance.now() - startedMs) / 1000);
    }
  };
  const measured = (session: SqlSession): SqlSession => ({
    dialect: session.dialect,
    position: session.position,
    all: (query) => timed(query, session.all(query)),
    run: (statement) => timed(statement, session.run(statement)),
  });
  return {
    ...database,
    snapshot: (signal, work, freshness) => database.snapshot(signal, (session) => work(measured(session)), freshness),
    transaction: (signal, work) => database.transaction(signal, (session) => work(measured(session))),
  };
}
