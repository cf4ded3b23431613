/** What watchers may take, and how often they hear something. */
export interface WatchLimits {
  readonly watchersMax: number;
  /** Watchers that follow by themselves: each has a database connection. */
  readonly catchUpsMax: number;
  /** Changes that wait for the slowest watcher at the head, in one buffer for all of them. */
  readonly bufferedMax: number;
  /** How long everybody waits for the slowest when the buffer is full; then it is dropped. */
  readonly slowMs: number;
  /** A watcher who has heard nothing for so long gets a heartbeat. */
  readonly heartbeatMs: number;
  /** A watcher who catches up and takes nothing for so long is dropped. */
  readonly stallMs: number;
}

/**
 * Half of MAX_STREAMS; some 5 MB; time to write a full buffer; heartbeats within the idle times of common proxies, from 60 s on, and often enough
 * for a caller to notice a dead connection.
 */
export const defaultWatchLimits: WatchLimits = {
  watchersMax: 100,
  catchUpsMax: 8,
  bufferedMax: 10_000,
  slowMs: 1_000,
  heartbeatMs: 10_000,
  stallMs: 30_000,
};
