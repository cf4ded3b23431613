import { DomainError, type Fund, type Scope } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import { getFunds, visibleFundIds } from '@finance/store';

/**
 * Funds by id, in request order, all of them visible in the scope.
 * @throws DomainError FUND_ACCESS_DENIED alike for the first invisible or missing one
 */
export async function requireVisibleFunds(
  session: SqlSession,
  scope: Scope,
  fundIds: readonly bigint[],
): Promise<Fund[]> {
  const visible = await visibleFundIds(session, scope, fundIds);
  const denied = fundIds.find((fundId) => !visible.has(fundId));
  if (denied !== undefined) {
    throw new DomainError('FUND_ACCESS_DENIED', `user ${scope.viewerUserId} may not see fund ${denied}`, {
      fund_id: String(denied),
      user_id: String(scope.viewerUserId),
    });
  }
  const funds = await getFunds(session, fundIds);
  return fundIds.map((fundId) => funds.get(fundId)!);
}
