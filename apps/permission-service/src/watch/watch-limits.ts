import { integerSetting, settingDefaults, type ConfigOf } from '@finance/service-kit';

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
  /** The longest that an event waits for a watcher who catches up; one that reads some, but too little, is dropped. */
  readonly stallMs: number;
}

/** What WatchChanges can be told; spread it into the table of a service. */
export const watchSettings = {
  MAX_WATCHERS: {
    schema: integerSetting(0, 1_000_000),
    // Half of MAX_STREAMS.
    default: 100,
    description:
      'Most callers of WatchChanges at once, of MAX_STREAMS; further ones are refused with OVERLOADED. 0: nobody may watch.',
  },
  MAX_WATCHERS_CATCHING_UP: {
    schema: integerSetting(0, 1_000),
    default: 8,
    description:
      'Of these, most that resume further back than WATCH_BUFFERED_CHANGES: each has a database connection of its own until it has caught up.',
  },
  WATCH_BUFFERED_CHANGES: {
    schema: integerSetting(100, 10_000_000),
    default: 10_000,
    description:
      'Changes kept for those who watch, some 500 bytes each; who falls further behind is dropped with CONSUMER_TOO_SLOW.',
  },
  WATCH_HEARTBEAT_MS: {
    schema: integerSetting(100, 3_600_000),
    // Common proxies close what is idle for 60 s.
    default: 10_000,
    description:
      'A caller of WatchChanges hears something at least this often, in milliseconds; less than the idle time of any proxy between.',
  },
} as const;

/** Time to write a full buffer. */
const slowMs = 1_000;
/** Longer than a caller's pauses, shorter than the database should wait for one. */
const stallMs = 30_000;

/** The limits that the settings say. */
export const watchLimits = (config: ConfigOf<typeof watchSettings>): WatchLimits => ({
  watchersMax: config.MAX_WATCHERS,
  catchUpsMax: config.MAX_WATCHERS_CATCHING_UP,
  bufferedMax: config.WATCH_BUFFERED_CHANGES,
  slowMs,
  heartbeatMs: config.WATCH_HEARTBEAT_MS,
  stallMs,
});

/** Those of a service that is told nothing. */
export const defaultWatchLimits: WatchLimits = watchLimits(settingDefaults(watchSettings));
