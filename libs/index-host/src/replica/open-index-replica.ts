import { openChangeFeed, type FeedTarget } from '@finance/change-feed';
import type { MessagePort } from 'node:worker_threads';
import { replicaDefaults } from '../host/options.ts';
import type { IndexReplica } from '../live-index-host.ts';
import { Replica, type ReplicaOptions } from './replica.ts';

/**
 * The live index in this thread, over the bases of the host that `port` leads to: give it a port of
 * `LiveIndexHost.connect()`. Has a connection of its own to read positions.
 */
export const openIndexReplica = (
  port: MessagePort,
  target: FeedTarget,
  options: Partial<ReplicaOptions>,
): IndexReplica => new Replica(openChangeFeed(target), port, { ...replicaDefaults, ...options });
