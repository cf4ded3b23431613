import type { MessageInitShape } from '@bufbuild/protobuf';
import { optionalId, requireId, requireText } from '@finance/api';
import type { CustomerOrdersSchema } from '@finance/contract/funds-service';
import { parsePageSize } from '@finance/paging';
import { listCustomerOrders as list, type CustomerWithOrders } from '@finance/store';
import type { FundsRpc } from '../funds-deps.ts';

export const listCustomerOrders: FundsRpc<'listCustomerOrders'> =
  ({ viewers, pageTokens, consistency }) =>
  async (request, context) => {
    const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
    const filter = {
      customerId: optionalId(request.customerId, 'customer_id') ?? undefined,
      department: requireText(request.department, 'department', 0, 100) || undefined,
    };
    const pageSize = parsePageSize(request.pageSize);
    const call = { rpc: 'ListCustomerOrders', viewerUserId, ...filter };
    const after = pageTokens.open(request.pageToken, call)?.id;
    const freshness = await consistency.require(request.consistency, context.signal);
    return viewers.read(
      viewerUserId,
      context,
      async (session, scope) => {
        const { customers, hasMore, totalSize } = await list(session, { scope, filter, after, pageSize });
        const last = customers.at(-1)?.customerId;
        return {
          customers: customers.map(customerMessage),
          nextPageToken: hasMore && last !== undefined ? pageTokens.seal({ value: last, id: last }, call) : '',
          totalSize,
          consistencyToken: consistency.seal(session.position),
        };
      },
      freshness,
    );
  };

const customerMessage = (customer: CustomerWithOrders): MessageInitShape<typeof CustomerOrdersSchema> => ({
  customerId: customer.customerId,
  customerName: customer.name,
  adminUserId: customer.adminUserId,
  orders: [...customer.orders],
});
