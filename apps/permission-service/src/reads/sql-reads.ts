import type { SqlSession } from '@finance/schema';
import { listFundViewers, resolveScope, visibleFundIds } from '@finance/store';
import type { AccessReads } from './access-reads.ts';

/** Decides from a database snapshot. */
export const sqlReads = (session: SqlSession): AccessReads => ({
  position: session.position,
  allowed: async (viewerUserId, fundIds) => {
    const visible = await visibleFundIds(session, await resolveScope(session, viewerUserId), fundIds);
    return fundIds.map((fundId) => visible.has(fundId));
  },
  fundViewers: (query) => listFundViewers(session, query),
});
