import { fundAccessDenied, type Fund, type Scope } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import { exportFunds, fundDetails, getFunds, summarizeFunds, visibleFundIds } from '@finance/store';
import type { OfferedStrategy } from '../strategy-choice.ts';
import type { DetailsById, FundReads } from './fund-reads.ts';

/** Reads from a database snapshot, with the viewer's scope as of that snapshot. */
export function sqlReads(session: SqlSession, scope: Scope, { strategy, used }: OfferedStrategy): FundReads {
  const detailsOf = async (funds: readonly Fund[], withDetails: boolean): Promise<DetailsById> =>
    withDetails ? fundDetails(session, scope, funds) : new Map();
  return {
    position: session.position,
    strategyUsed: used,
    holdsConnection: true,
    page: async (request, withDetails) => {
      const page = await strategy.listFunds(session, { scope, ...request });
      return { ...page, details: await detailsOf(page.funds, withDetails) };
    },
    visible: async (fundIds, withDetails) => {
      const visible = await visibleFundIds(session, scope, fundIds);
      const denied = fundIds.find((fundId) => !visible.has(fundId));
      if (denied !== undefined) throw fundAccessDenied(scope.viewerUserId, denied);
      const found = await getFunds(session, fundIds);
      const funds = fundIds.map((fundId) => found.get(fundId)!);
      return { funds, details: await detailsOf(funds, withDetails) };
    },
    summary: (filter, groupBy) => summarizeFunds(session, { scope, filter, groupBy }),
    exported: (query) => exportFunds(session, { scope, ...query }),
  };
}
