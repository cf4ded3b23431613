import { counter, gauge, type Metric, type Sample } from '@finance/metrics';
import type { BreakerState } from './database-breaker.ts';
import type { BulkheadStats, ProtectedDatabase, ProtectionStats } from './protect-database.ts';

const breakerStates: readonly BreakerState[] = ['closed', 'half-open', 'open'];

/** Breakers and pools of the primary database, the first, and its replicas: `replica-1`, `replica-2` and so on. */
export function databaseMetrics(databases: readonly ProtectedDatabase[]): readonly Metric[] {
  const named = databases.map((each, i) => ({ name: i === 0 ? 'primary' : `replica-${i}`, each }));
  const ofEach = (value: (stats: ProtectionStats) => number) => (): Sample[] =>
    named.map(({ name, each }) => ({ labels: { database: name }, value: value(each.stats()) }));
  const ofPools = (value: (pool: BulkheadStats) => number) => (): Sample[] =>
    named.flatMap(({ name, each }) => {
      const { reads, writes } = each.stats();
      return [
        { labels: { database: name, kind: 'read' }, value: value(reads) },
        { labels: { database: name, kind: 'write' }, value: value(writes) },
      ];
    });
  return [
    gauge('finance_database_breaker_state', '1 for the state that the circuit breaker is in.', () =>
      named.flatMap(({ name, each }) => {
        const { breaker } = each.stats();
        return breakerStates.map((state) => ({
          labels: { database: name, state },
          value: Number(state === breaker),
        }));
      }),
    ),
    counter(
      'finance_database_breaker_openings_total',
      'Times the breaker has opened, failed probes included.',
      ofEach(({ openings }) => openings),
    ),
    counter(
      'finance_database_breaker_refused_total',
      'Calls refused because the breaker was open.',
      ofEach(({ refused }) => refused),
    ),
    gauge(
      'finance_database_pool_size',
      'Snapshots (read) or transactions (write) that may run at a time.',
      ofPools(({ runningMax }) => runningMax),
    ),
    gauge(
      'finance_database_pool_in_use',
      'Snapshots or transactions that run now.',
      ofPools(({ running }) => running),
    ),
    gauge(
      'finance_database_pool_waiting',
      'Snapshots or transactions that wait for their turn.',
      ofPools(({ waiting }) => waiting),
    ),
  ];
}
