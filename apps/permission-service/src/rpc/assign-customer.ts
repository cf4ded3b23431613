import { requireId } from '@finance/api';
import { assignCustomer as assign } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

export const assignCustomer: PermissionRpc<'assignCustomer'> =
  ({ database, consistency }) =>
  async (request, { signal }) => {
    const customerId = requireId(request.customerId, 'customer_id');
    const userId = requireId(request.userId, 'user_id');
    const { position } = await database.transaction(signal, (session) => assign(session, customerId, userId));
    return { consistencyToken: consistency.seal(position) };
  };
