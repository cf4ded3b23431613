import type { FeedTarget } from '@finance/change-feed';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { openIndexReplica } from '../replica/open-index-replica.ts';
import { untilReady } from './wait.ts';

export interface ReplicaThreadStart {
  readonly port: MessagePort;
  readonly target: FeedTarget;
  readonly viewerUserId: bigint;
}

/** What the viewer may see, according to a replica in this thread. */
export interface ReplicaThreadReport {
  readonly totalSize: number | undefined;
}

const { port, target, viewerUserId } = workerData as ReplicaThreadStart;
const replica = openIndexReplica(port, target, { waitMs: 20_000 });
await untilReady(replica);
const view = await replica.at({ kind: 'latest' });
const { totalSize } = view!.index.listFunds({
  viewerUserId,
  filter: {},
  order: { column: 'fund_id', descending: false },
  after: undefined,
  skip: 0,
  pageSize: 1,
  withTotal: true,
});
parentPort!.postMessage({ totalSize } satisfies ReplicaThreadReport);
await replica.close();
