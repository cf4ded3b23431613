import { requireId } from '@finance/api';
import { assignOrder as assign } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const assignOrder: PermissionRpc<'assignOrder'> =
  ({ database, consistency }) =>
  async (request, { signal }) => {
    const orderId = requireId(request.orderId, 'order_id');
    const userId = requireId(request.userId, 'user_id');
    const { position } = await database.transaction(signal, (session) => assign(session, orderId, userId));
    return { consistencyToken: consistency.seal(position) };
  };
