import { requestReader, requireId } from '@finance/api';
import type { AssignCustomerRequest } from '@finance/contract/permission-service';
import { writerOf } from '@finance/service-kit';
import { assertMayAssignCustomer, assignCustomer as assign } from '@finance/store';
import type { PermissionRpc } from '../permission-deps.ts';

const read = requestReader<AssignCustomerRequest>()({
  customerId: (request) => requireId(request.customerId, 'customer_id'),
  userId: (request) => requireId(request.userId, 'user_id'),
});

export const assignCustomer: PermissionRpc<'assignCustomer'> =
  ({ database, consistency }) =>
  async (request, { signal, caller }) => {
    const { customerId, userId } = read(request);
    const { position } = await database.transaction(signal, async (session) => {
      await assertMayAssignCustomer(session, writerOf(caller), customerId, userId);
      return assign(session, customerId, userId);
    });
    return { consistencyToken: consistency.seal(position) };
  };
