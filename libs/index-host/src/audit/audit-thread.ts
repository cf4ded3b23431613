import { openChangeFeed, type FeedTarget } from '@finance/change-feed';
import { openDatabase } from '@finance/schema';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { replicaDefaults } from '../host/options.ts';
import type { IndexLog } from '../index-log.ts';
import type { FromAudit } from '../messages.ts';
import { Replica } from '../replica/replica.ts';
import type { AuditCheck } from './audit-stats.ts';
import { runSelfAudit, type AuditOptions } from './self-audit.ts';

export interface AuditStart {
  /** Of `LiveIndexHost.connect()`. */
  readonly port: MessagePort;
  readonly target: FeedTarget;
  readonly options: AuditOptions;
}

/** A snapshot and one to stop its statement with. */
const auditPool = { connectionsMax: 1, waitingMax: 10 };
/** Room for the sets of some large managers, who come up again and again: so it shows whether sets are kept up to date. */
const cachedBytesMax = 16 * 2 ** 20;

const { port, target, options } = workerData as AuditStart;

const tellHost = (message: FromAudit): void => parentPort!.postMessage(message);
const tellLog =
  (level: keyof IndexLog) =>
  (fields: object, message: string): void =>
    tellHost({ kind: 'log', level, fields, message });

// Keeps the thread alive: the audit's pauses do not.
parentPort!.on('message', () => undefined);
const feed = openChangeFeed(target);
const log: IndexLog = { info: tellLog('info'), warn: tellLog('warn'), error: tellLog('error') };
const onCheck = (check: AuditCheck): void => tellHost({ kind: 'check', check });
const onAhead = (position: string): void => {
  onCheck({ outcome: 'ahead' });
  log.error({ position }, 'live index: the database has lost what the index had; it is given up and built again');
};
await runSelfAudit({
  replica: new Replica(feed, port, { ...replicaDefaults, cachedBytesMax, onAhead }),
  feed,
  database: openDatabase(target, auditPool),
  log,
  onCheck,
  options,
});
