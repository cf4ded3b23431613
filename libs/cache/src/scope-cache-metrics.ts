import { byLabel, counter, gauge, type Metric } from '@finance/metrics';
import type { ScopeCache } from './scope-cache.ts';

/** Hits and misses of a scope cache, and the troubles of its shared tier. */
export function scopeCacheMetrics({ counters }: Pick<ScopeCache, 'counters'>): readonly Metric[] {
  return [
    counter(
      'finance_scope_cache_requests_total',
      'Scopes asked for: found in memory, found in Redis, joined to another question under way, or missed.',
      () => {
        const { memoryHits: memory, sharedHits: shared, joined, misses: miss } = counters();
        return byLabel('result', { memory, shared, joined, miss });
      },
    ),
    counter(
      'finance_scope_cache_negative_hits_total',
      'Hits that say that there is no such viewer.',
      () => counters().negativeHits,
    ),
    gauge('finance_scope_cache_entries', 'Scopes in memory.', () => counters().entries),
    counter(
      'finance_scope_cache_shared_errors_total',
      'Commands to Redis that were refused, lost or late.',
      () => counters().sharedErrors,
    ),
    counter(
      'finance_scope_cache_shared_rejected_total',
      'Values and events in Redis that were not ours or had been changed.',
      () => counters().sharedRejected,
    ),
  ];
}
