import { protoBasis, protoUser, requireId } from '@finance/api';
import { parsePageSize } from '@finance/paging';
import type { PermissionRpc } from '../permission-deps.ts';

export const listFundViewers: PermissionRpc<'listFundViewers'> =
  ({ readAccess, pageTokens }) =>
  async (request, { signal }) => {
    const fundId = requireId(request.fundId, 'fund_id');
    const pageSize = parsePageSize(request.pageSize);
    const call = { rpc: 'ListFundViewers', fundId };
    const after = pageTokens.open(request.pageToken, call)?.id;
    const { viewers, hasMore, totalSize } = await readAccess(undefined, signal, (reads) =>
      reads.fundViewers({ fundId, after, pageSize }),
    );
    const last = viewers.at(-1)?.user.userId;
    return {
      viewers: viewers.map(({ user, bases }) => ({ user: protoUser(user), bases: bases.map(protoBasis) })),
      nextPageToken: hasMore && last !== undefined ? pageTokens.seal({ value: last, id: last }, call) : '',
      totalSize: BigInt(totalSize),
    };
  };
