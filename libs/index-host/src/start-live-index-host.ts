import type { FeedTarget } from '@finance/change-feed';
import { mergeDefaults, type LiveIndexHostOptions } from './host/options.ts';
import { Supervisor } from './host/supervisor.ts';
import type { LiveIndexHost } from './live-index-host.ts';
import { openIndexReplica } from './replica/open-index-replica.ts';

/**
 * Starts loading and following a database in two threads of their own, and serves from this one. Returns at once; until
 * the index is ready, and whenever it is not, `at` sends calls to SQL. Failures end in a state, never in an error.
 */
export function startLiveIndexHost(target: FeedTarget, options: LiveIndexHostOptions): LiveIndexHost {
  return startSupervised(target, options).host;
}

/** As {@link startLiveIndexHost}, with what tests break. */
export function startSupervised(
  target: FeedTarget,
  options: LiveIndexHostOptions,
): { readonly host: LiveIndexHost; readonly supervisor: Supervisor } {
  const { merge, ...replicaOptions } = options;
  const supervisor = new Supervisor(target, { ...mergeDefaults, ...merge }, options.log);
  const replica = openIndexReplica(supervisor.connect(), target, replicaOptions);
  const host: LiveIndexHost = {
    at: (requirement) => replica.at(requirement),
    state: () => replica.state(),
    onState: (listener) => replica.onState(listener),
    stats: () => replica.stats(),
    hostStats: () => supervisor.stats(),
    connect: () => supervisor.connect(),
    close: async () => {
      await supervisor.close();
      await replica.close();
    },
  };
  return { host, supervisor };
}
