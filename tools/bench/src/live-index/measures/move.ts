import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { PermissionService } from '@finance/contract/permission-service';
import { count } from '../../cli/tables.ts';
import { encodePage } from '../../questions/raw-messages.ts';
import { checkedRequest, firstPage, type Subject } from '../subject.ts';

const moves = 6;
/** A move writes the closure of everybody below. */
const moveTimeoutMs = 120_000;

/**
 * The supervisor's subtree goes below somebody else and back; after each acknowledgement the next page of the manager
 * above the old place is timed, and compared with SQL.
 */
export async function measureMove(subject: Subject): Promise<void> {
  const { client, grpcUrl, recorder, supervisor, viewers } = subject;
  const { userId, parentUserId: home } = supervisor.user;
  const away = viewers.find(({ user }) => user.userId !== home && user.role === 'admin')?.user.userId;
  if (home === null || away === undefined) return;
  const permission = createClient(PermissionService, createGrpcTransport({ baseUrl: grpcUrl }));
  const request = encodePage(firstPage(home));
  const times: number[] = [];
  for (let move = 0; move < moves; move += 1) {
    const newParentUserId = move % 2 === 0 ? away : home;
    await permission.moveUser({ userId, newParentUserId }, { timeoutMs: moveTimeoutMs });
    const startedAt = performance.now();
    await client.listFunds(request);
    times.push(performance.now() - startedAt);
    await checkedRequest(client, firstPage(home));
    await checkedRequest(client, firstPage(userId));
  }
  recorder.bar({
    name: 'next fully consistent page after a subtree moved, slowest',
    figure: Math.max(...times),
    unit: 'ms',
    bar: { kind: 'at most', value: 100 },
    details: `${count(supervisor.peopleCount)} people, ${moves} moves, each page compared with SQL`,
  });
}
