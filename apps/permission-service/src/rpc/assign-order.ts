import { requestReader, requireId } from '@finance/api';
import type { AssignOrderRequest } from '@finance/contract/permission-service';
import { writerOf } from '@finance/service-kit';
import { assertMayAssignOrder, assignOrder as assign } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

const read = requestReader<AssignOrderRequest>()({
  orderId: (request) => requireId(request.orderId, 'order_id'),
  userId: (request) => requireId(request.userId, 'user_id'),
});

export const assignOrder: PermissionRpc<'assignOrder'> =
  ({ database, consistency }) =>
  async (request, { signal, caller }) => {
    const { orderId, userId } = read(request);
    const { position } = await database.transaction(signal, async (session) => {
      await assertMayAssignOrder(session, writerOf(caller), orderId, userId);
      return assign(session, orderId, userId);
    });
    return { consistencyToken: consistency.seal(position) };
  };
