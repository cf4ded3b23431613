export type { AuditStats } from './audit/audit-stats.ts';
export type { AuditOptions } from './audit/self-audit.ts';
export type { MergeBounds } from './builder/merge-bounds.ts';
export type { IndexLog } from './index-log.ts';
export type { LiveIndexHostOptions } from './host/options.ts';
export { liveIndexHealth } from './health-details.ts';
export type { LiveIndexState, LoadProgress } from './index-state.ts';
export type {
  FallbackReason,
  HostStats,
  IndexReplica,
  IndexView,
  LiveIndexHost,
  ReplicaStats,
} from './live-index-host.ts';
export type { RebuildCause } from './messages.ts';
export { liveIndexMetrics } from './live-index-metrics.ts';
export { joinLiveIndex, openLiveIndex } from './open-live-index.ts';
export type { LiveIndexConfig } from './open-live-index.ts';
export { openIndexReplica } from './replica/open-index-replica.ts';
export { readInTurn } from './replica/read-in-turn.ts';
export type { InTurn } from './replica/read-in-turn.ts';
export type { WaitHistogram } from './replica/wait-histogram.ts';
export { liveIndexSettings } from './settings.ts';
export { startLiveIndexHost } from './start-live-index-host.ts';
export { measureReadThroughput } from './throughput/read-throughput.ts';
export type { ReadThroughput } from './throughput/read-throughput.ts';
