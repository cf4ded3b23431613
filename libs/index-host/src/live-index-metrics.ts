import { byLabel, counter, gauge, type Metric } from '@finance/metrics';
import type { LiveIndexState } from './index-state.ts';
import type { IndexReplica, LiveIndexHost, ReplicaStats } from './live-index-host.ts';

const states: readonly LiveIndexState['name'][] = ['starting', 'rebuilding', 'unavailable', 'catching-up', 'ready'];

/** The live index of this thread, and of the process in the thread that hosts it; no metrics where none is kept. */
export function liveIndexMetrics(replica: IndexReplica | LiveIndexHost | undefined): readonly Metric[] {
  if (!replica) return [];
  return 'hostStats' in replica ? [...replicaMetrics(replica), ...hostMetrics(replica)] : replicaMetrics(replica);
}

function replicaMetrics(replica: IndexReplica): readonly Metric[] {
  const ofIndex = (value: (index: NonNullable<ReplicaStats['index']>) => number) => (): number | readonly [] => {
    const { index } = replica.stats();
    return index ? value(index) : [];
  };
  return [
    gauge('finance_live_index_state', '1 for the state that the live index is in.', () => {
      const { name } = replica.state();
      return states.map((state) => ({ labels: { state }, value: Number(state === name) }));
    }),
    gauge(
      'finance_live_index_behind_seconds',
      'How long the live index has not been able to answer; 0: it can.',
      () => {
        const { name, sinceMs } = replica.state();
        return name === 'ready' ? 0 : (Date.now() - sinceMs) / 1000;
      },
    ),
    gauge(
      'finance_change_feed_lag_entries',
      'Entries of the change feed that are known and not applied.',
      () => replica.stats().lagEntries,
    ),
    counter(
      'finance_change_feed_changes_total',
      'Changed rows applied to the live index.',
      () => replica.stats().appliedChanges,
    ),
    gauge(
      'finance_live_index_funds',
      'Funds in the live index.',
      ofIndex(({ funds }) => funds),
    ),
    gauge(
      'finance_live_index_people',
      'People in the live index.',
      ofIndex(({ people }) => people),
    ),
    gauge(
      'finance_live_index_unreadable_rows',
      'Rows that cannot be read; answers that may hold one come from SQL. seeder:doctor names them.',
      ofIndex(({ unreadableRows }) => unreadableRows),
    ),
    gauge(
      'finance_live_index_bytes',
      'Memory of the live index, without sets of viewers.',
      ofIndex(({ bytes }) => bytes),
    ),
    gauge(
      'finance_live_index_bytes_per_fund',
      'The same for each fund.',
      ofIndex(({ bytesPerFund }) => bytesPerFund),
    ),
    gauge(
      'finance_live_index_delta_funds',
      'Funds changed since the base was built.',
      ofIndex(({ deltaFunds }) => deltaFunds),
    ),
    gauge(
      'finance_live_index_cached_sets',
      'Sets of viewers that are kept.',
      ofIndex(({ cachedSets }) => cachedSets),
    ),
    gauge(
      'finance_live_index_cached_bytes',
      'Their memory.',
      ofIndex(({ cachedBytes }) => cachedBytes),
    ),
    counter('finance_live_index_served_total', 'Calls answered from the live index.', () => replica.stats().served),
    counter('finance_live_index_fallbacks_total', 'Calls sent to SQL instead, by reason.', () =>
      byLabel('reason', replica.stats().fallbacks),
    ),
    {
      type: 'histogram',
      name: 'finance_live_index_fence_wait_seconds',
      help: 'How long calls waited for the live index to be as fresh as asked.',
      read: () => {
        const { bucketsMs, counts, sumMs } = replica.stats().waits;
        return [{ labels: {}, bounds: bucketsMs.map((ms) => ms / 1000), counts, sum: sumMs / 1000 }];
      },
    },
  ];
}

function hostMetrics(host: LiveIndexHost): readonly Metric[] {
  return [
    counter(
      'finance_change_feed_interruptions_total',
      'Times the change feed was interrupted.',
      () => host.hostStats().feedInterruptions,
    ),
    counter('finance_live_index_loads_total', 'Loads of the whole database.', () => host.hostStats().loads),
    counter('finance_live_index_merges_total', 'Merges of the delta into a new base.', () => host.hostStats().merges),
    counter('finance_live_index_rebuilds_total', 'Rebuilds, by cause.', () =>
      byLabel('cause', host.hostStats().rebuilds),
    ),
    counter(
      'finance_self_audit_checks_total',
      'Answers of the live index compared with SQL at the same position, by kind of question.',
      () => byLabel('kind', host.hostStats().audit.checksByKind),
    ),
    counter(
      'finance_self_audit_differences_total',
      'Answers that differed; each is followed by a rebuild.',
      () => host.hostStats().audit.differences,
    ),
    counter(
      'finance_self_audit_org_out_of_step_total',
      'Answers that differed because the stored tree is out of step with parent_id.',
      () => host.hostStats().audit.orgOutOfStep,
    ),
    counter(
      'finance_self_audit_ahead_total',
      'Times that the live index had what the database has lost; each is followed by a rebuild.',
      () => host.hostStats().audit.ahead,
    ),
    counter(
      'finance_self_audit_missed_total',
      'Comparisons for which SQL and the index did not meet at one position, or SQL was late.',
      () => host.hostStats().audit.missed,
    ),
  ];
}
