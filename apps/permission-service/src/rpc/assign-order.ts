import { requestReader, requireId } from '@finance/api';
import type { AssignOrderRequest } from '@finance/contract/permission-service';
import { assignOrder as assign } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

const read = requestReader<AssignOrderRequest>()({
  orderId: (request) => requireId(request.orderId, 'order_id'),
  userId: (request) => requireId(request.userId, 'user_id'),
});

export const assignOrder: PermissionRpc<'assignOrder'> =
  ({ database, consistency }) =>
  async (request, { signal }) => {
    const { orderId, userId } = read(request);
    const { position } = await database.transaction(signal, (session) => assign(session, orderId, userId));
    return { consistencyToken: consistency.seal(position) };
  };
