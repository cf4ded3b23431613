import type { FeedTarget } from '@finance/change-feed';
import type { MessagePort } from 'node:worker_threads';
import type { IndexLog } from './index-log.ts';
import type { IndexReplica, LiveIndexHost } from './live-index-host.ts';
import { openIndexReplica } from './replica/open-index-replica.ts';
import type { liveIndexSettings } from './settings.ts';
import { startLiveIndexHost } from './start-live-index-host.ts';

/** Parsed {@link liveIndexSettings}. */
export interface LiveIndexConfig {
  readonly LIVE_INDEX: (typeof liveIndexSettings)['LIVE_INDEX']['default'];
  readonly LIVE_INDEX_CACHE_MB: number;
}

/** Often enough to see that a long load goes on. */
const progressLineMs = 5_000;

/** The live index of a service, as configured; undefined where it is off. Tells the log what it is at. */
export function openLiveIndex(config: LiveIndexConfig, target: FeedTarget, log: IndexLog): LiveIndexHost | undefined {
  if (config.LIVE_INDEX === 'off') return undefined;
  const host = startLiveIndexHost(target, { log, cachedBytesMax: cachedBytesMaxOf(config) });
  let lastLineMs = 0;
  host.onState(({ name, reason, progress }) => {
    if (progress && Date.now() - lastLineMs < progressLineMs) return;
    lastLineMs = Date.now();
    log.info({ state: name, reason, ...progress }, 'live index');
  });
  return host;
}

/** The same index in another thread of the service. @param port of `LiveIndexHost.connect()`; undefined where it is off */
export function joinLiveIndex(
  config: LiveIndexConfig,
  port: MessagePort | undefined,
  target: FeedTarget,
): IndexReplica | undefined {
  return port && openIndexReplica(port, target, { cachedBytesMax: cachedBytesMaxOf(config) });
}

const cachedBytesMaxOf = (config: LiveIndexConfig): number => config.LIVE_INDEX_CACHE_MB * 2 ** 20;
