import { counter, gauge, type Metric } from '@finance/metrics';
import type { AuditTrail } from './audit-trail.ts';

/** The audit log as this process keeps it. */
export function auditMetrics({ stats }: Pick<AuditTrail, 'stats'>): readonly Metric[] {
  return [
    gauge('finance_audit_queue_entries', 'Entries that wait for their place in the audit log.', () => stats().queued),
    counter('finance_audit_recorded_total', 'Entries written to the audit log.', () => stats().recorded),
    counter('finance_audit_lost_total', 'Entries that found the queue full.', () => stats().lost),
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
