import type { FeedTarget } from '@finance/change-feed';
import type { IndexLog } from './host/options.ts';
import type { LiveIndexHost } from './live-index-host.ts';
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
  const host = startLiveIndexHost(target, { log, cachedBytesMax: config.LIVE_INDEX_CACHE_MB * 2 ** 20 });
  let lastLineMs = 0;
  host.onState(({ name, reason, progress }) => {
    if (progress && Date.now() - lastLineMs < progressLineMs) return;
    lastLineMs = Date.now();
    log.info({ state: name, reason, ...progress }, 'live index');
  });
  return host;
}
