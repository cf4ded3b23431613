import type { FeedTarget } from '@finance/change-feed';
import { noChecks } from './audit/audit-stats.ts';
import { auditDefaults } from './audit/self-audit.ts';
import { AuditHost } from './host/audit-host.ts';
import { mergeDefaults, type LiveIndexHostOptions } from './host/options.ts';
import { Supervisor } from './host/supervisor.ts';
import type { LiveIndexHost } from './live-index-host.ts';
import { openIndexReplica } from './replica/open-index-replica.ts';

/**
 * Starts loading and following a database in two threads of their own, the self-audit in a third one when there is
 * something to audit, and serves from this one. Returns at once; until the index is ready, and whenever it is not, `at`
 * sends calls to SQL. Failures end in a state, never in an error.
 */
export function startLiveIndexHost(target: FeedTarget, options: LiveIndexHostOptions): LiveIndexHost {
  return startSupervised(target, options).host;
}

/** As {@link startLiveIndexHost}, with what tests break. */
export function startSupervised(
  target: FeedTarget,
  options: LiveIndexHostOptions,
): { readonly host: LiveIndexHost; readonly supervisor: Supervisor } {
  const { log, audit, merge, ...replicaOptions } = options;
  const supervisor = new Supervisor(target, { ...mergeDefaults, ...merge }, log);
  const replica = openIndexReplica(supervisor.connect(), target, replicaOptions);
  let auditHost: AuditHost | undefined;
  let isClosed = false;
  // Starting a thread takes a processor for a while, which loading needs more.
  replica.onState(({ name }) => {
    if (name !== 'ready' || audit === false || auditHost || isClosed) return;
    auditHost = new AuditHost(target, () => supervisor.connect(), log, { ...auditDefaults, ...audit });
  });
  const host: LiveIndexHost = {
    at: (requirement) => replica.at(requirement),
    state: () => replica.state(),
    onState: (listener) => replica.onState(listener),
    stats: () => replica.stats(),
    hostStats: () => ({ ...supervisor.stats(), audit: auditHost?.stats() ?? noChecks }),
    connect: () => supervisor.connect(),
    close: async () => {
      isClosed = true;
      await Promise.all([auditHost?.close(), supervisor.close()]);
      await replica.close();
    },
  };
  return { host, supervisor };
}
