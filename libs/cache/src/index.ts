export { createRedisTier } from './redis-tier.ts';
export type { RedisTierOptions } from './redis-tier.ts';
export { scopeCacheMetrics } from './scope-cache-metrics.ts';
export { createScopeCache, scopeTtlMs } from './scope-cache.ts';
export type { ResolveEntry, ScopeCache, ScopeCacheCounters } from './scope-cache.ts';
export type { ScopeEntry } from './scope-entry.ts';
export type { SharedTier } from './shared-tier.ts';
