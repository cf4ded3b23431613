import { protoBasis, protoUser, requestReader, requireId } from '@finance/api';
import type { ListFundViewersRequest } from '@finance/contract/permission-service';
import { parsePageSize } from '@finance/paging';
import type { PermissionRpc } from '../permission-deps.ts';

export const listFundViewers: PermissionRpc<'listFundViewers'> = ({ readAccess, pageTokens }) => {
  const read = requestReader<ListFundViewersRequest>(pageTokens)({
    fundId: (request) => requireId(request.fundId, 'fund_id'),
    pageSize: (request) => parsePageSize(request.pageSize),
  });
  return async (request, context) => {
    const { fundId, pageSize } = read(request);
    const call = { rpc: 'ListFundViewers', fundId };
    const after = pageTokens.open(request.pageToken, call)?.id;
    const { viewers, hasMore, totalSize } = await readAccess({ kind: 'latest' }, context, (reads) =>
      reads.fundViewers({ fundId, after, pageSize }),
    );
    const last = viewers.at(-1)?.user.userId;
    return {
      viewers: viewers.map(({ user, bases }) => ({ user: protoUser(user), bases: bases.map(protoBasis) })),
      nextPageToken: hasMore && last !== undefined ? pageTokens.seal({ value: last, id: last }, call) : '',
      totalSize: BigInt(totalSize),
    };
  };
};
