import type { MessageInitShape } from '@bufbuild/protobuf';
import { optionalId, requestReader, requireId, requireText } from '@finance/api';
import type { CustomerOrdersSchema, ListCustomerOrdersRequest } from '@finance/contract/funds-service';
import { parsePageSize } from '@finance/paging';
import { listCustomerOrders as list, type CustomerWithOrders } from '@finance/store';
import type { FundsRpc } from '../funds-deps.ts';

export const listCustomerOrders: FundsRpc<'listCustomerOrders'> = ({ viewers, pageTokens, consistency }) => {
  const read = requestReader<ListCustomerOrdersRequest>(pageTokens)({
    viewerUserId: (request) => requireId(request.viewerUserId, 'viewer_user_id'),
    customerId: (request) => optionalId(request.customerId, 'customer_id') ?? undefined,
    department: (request) => requireText(request.department, 'department', 0, 100) || undefined,
    pageSize: (request) => parsePageSize(request.pageSize),
    freshness: (request) => consistency.parse(request.consistency),
  });
  return async (request, context) => {
    const { viewerUserId, customerId, department, pageSize, freshness } = read(request);
    const filter = { customerId, department };
    const call = { rpc: 'ListCustomerOrders', viewerUserId, ...filter };
    const after = pageTokens.open(request.pageToken, call)?.id;
    await consistency.reach(freshness, context.signal);
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
};

const customerMessage = (customer: CustomerWithOrders): MessageInitShape<typeof CustomerOrdersSchema> => ({
  customerId: customer.customerId,
  customerName: customer.name,
  adminUserId: customer.adminUserId,
  orders: [...customer.orders],
});
