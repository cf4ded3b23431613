import { ConnectError, type Client } from '@connectrpc/connect';
import type { AuditReads } from '@finance/audit';
import { openChangeFeed } from '@finance/change-feed';
import { Basis, BasisSchema } from '@finance/contract/permission';
import {
  OrgChangeKindSchema,
  type PermissionService,
  type WatchChangesResponse,
} from '@finance/contract/permission-service';
import { ErrorInfoSchema } from '@finance/contract/rpc-error-details';
import type { Database, DatabaseTarget } from '@finance/schema';
import { createChangeWatch, defaultWatchLimits, type ChangeWatch, type WatchLimits } from '@finance/permission-service';
import { startTestService, type TestClients } from '../test-service.ts';
import type { ExpectedChange } from './random-changes.ts';

export type Watcher = Client<typeof PermissionService>;

interface Stored {
  readonly database: Database;
  readonly target: Exclude<DatabaseTarget, { engine: 'memory' }>;
}

/** Serves a database whose changes can be watched, for the time of some work. */
export async function withWatch<T>(
  { database, target }: Stored,
  options: Partial<WatchLimits> & { readonly reads?: AuditReads },
  work: (clients: readonly TestClients[], watch: ChangeWatch, stop: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const watch = createChangeWatch(openChangeFeed(target), database, { ...defaultWatchLimits, ...options });
  const service = await startTestService(database, { reads: options.reads, watch });
  try {
    return await work(service.clients, watch, () => service.servers.close());
  } finally {
    await service.servers.close();
    await watch.close();
  }
}

/** Takes messages until one is the last wanted, then leaves. @throws what the stream ended with */
export async function watchUntil(
  client: Watcher,
  afterToken: string,
  isLast: (message: WatchChangesResponse) => boolean,
): Promise<WatchChangesResponse[]> {
  const leaving = new AbortController();
  const messages: WatchChangesResponse[] = [];
  try {
    for await (const message of client.watchChanges({ afterToken }, { signal: leaving.signal })) {
      messages.push(message);
      if (isLast(message)) return messages;
    }
  } finally {
    leaving.abort();
  }
  throw new Error('the stream ended by itself');
}

/** Where a stream without a token begins. */
export const positionNow = async (client: Watcher): Promise<string> =>
  (await watchUntil(client, '', () => true))[0]!.position;

/** How a watcher is refused or dropped. */
export async function endOf(
  watching: Promise<unknown>,
): Promise<{ readonly reason?: string; readonly message: string }> {
  const error: unknown = await watching.then(
    () => undefined,
    (problem: unknown) => problem,
  );
  if (!(error instanceof ConnectError)) throw new Error(`not refused: ${String(error)}`, { cause: error });
  const reason = error.findDetails(ErrorInfoSchema)[0]?.reason;
  return { ...(reason !== undefined && { reason }), message: error.rawMessage };
}

export const isEvent = ({ change }: WatchChangesResponse): boolean => change.case !== undefined;

const basisOf = { orders: Basis.ORDER_OWNER, customers: Basis.CUSTOMER_ADMIN, funds: Basis.HANDLER } as const;

/** An expected change, in the words of {@link received}. */
export function expectedEvent({ table, id, before, after }: ExpectedChange): string {
  const [from, to] = [before ?? 0n, after ?? 0n];
  if (table !== 'users') return `${BasisSchema.value[basisOf[table]]!.localName} ${id} ${from} ${to}`;
  const changed = before === after ? 'UPDATED' : 'MOVED';
  const kind = before === null ? 'CREATED' : after === null ? 'DELETED' : changed;
  return `${kind} ${id} ${from} ${to}`;
}

/** What an event says. */
export function received({ change }: WatchChangesResponse): string {
  if (change.case === 'assignmentChange') {
    const { basis, recordId, oldUserId, newUserId } = change.value;
    return `${BasisSchema.value[basis]!.localName} ${recordId} ${oldUserId} ${newUserId}`;
  }
  if (change.case !== 'orgChange') throw new Error('this is a heartbeat');
  const { user, kind, oldParentUserId } = change.value;
  return `${OrgChangeKindSchema.value[kind]!.localName} ${user!.userId} ${oldParentUserId} ${user!.parentUserId}`;
}
