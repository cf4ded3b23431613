import { counter, gauge, type Metric } from '@finance/metrics';
import type { AuditTrail } from './audit-trail.ts';

/** The audit log as this process keeps it. */
export function auditMetrics({ stats }: Pick<AuditTrail, 'stats'>): readonly Metric[] {
  return [
    gauge('finance_audit_queue_entries', 'Entries that wait for their place in the audit log.', () => stats().queued),
    counter('finance_audit_recorded_total', 'Entries written to the audit log.', () => stats().recorded),
    counter(
      'finance_audit_lost_total',
      'Entries that are on record as a number only, or not at all: no room or no database.',
      () => stats().lost,
    ),
    counter(
      'finance_audit_refused_entries_total',
      'Entries that the database refused; others that say so stand in their place.',
      () => stats().refused,
    ),
    counter(
      'finance_audit_alarms_total',
      'Rows of the audit log and its notes that were not as the services had left them.',
      () => stats().alarms,
    ),
    counter(
      'finance_audit_refusals_counted_total',
      'Calls turned away that the audit log has as a number only.',
      () => stats().refusalsCounted,
    ),
    counter('finance_audit_failed_flushes_total', 'Batches that could not be written.', () => stats().failedFlushes),
    gauge(
      'finance_audit_last_sequence',
      'Number of the last entry when this process last wrote.',
      () => stats().lastSequence,
    ),
    gauge('finance_audit_intact', '0 when the last look found the audit log not as it was written.', () =>
      Number(stats().isIntact),
    ),
  ];
}
