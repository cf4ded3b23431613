import { openChangeFeed, type FeedTarget } from '@finance/change-feed';
import { openDatabase } from '@finance/schema';
import type { MessagePort } from 'node:worker_threads';
import { auditDefaults, SelfAudit } from '../audit/self-audit.ts';
import { replicaDefaults, type IndexReplicaOptions } from '../host/options.ts';
import type { IndexReplica } from '../live-index-host.ts';
import { Replica } from './replica.ts';

/** A snapshot for the audit and one to stop its statement with. */
const auditPool = { connectionsMax: 1, waitingMax: 10 };

/**
 * The live index in this thread, over the bases of the host that `port` leads to: give it a port of
 * `LiveIndexHost.connect()`. Has a connection of its own to read positions, and another one for the self-audit.
 */
export function openIndexReplica(port: MessagePort, target: FeedTarget, options: IndexReplicaOptions): IndexReplica {
  const { log, audit, ...replicaOptions } = options;
  const feed = openChangeFeed(target);
  const replica = new Replica(feed, port, { ...replicaDefaults, ...replicaOptions });
  if (audit === false) return replica;

  const database = openDatabase(target, auditPool);
  const selfAudit = new SelfAudit(replica, feed, database, log, { ...auditDefaults, ...audit });
  replica.auditStats = () => selfAudit.stats();
  return {
    at: (requirement) => replica.at(requirement),
    state: () => replica.state(),
    onState: (listener) => replica.onState(listener),
    stats: () => replica.stats(),
    close: async () => {
      await selfAudit.close();
      await Promise.all([database.close(), replica.close()]);
    },
  };
}
