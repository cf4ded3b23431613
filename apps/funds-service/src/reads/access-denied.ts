import { DomainError } from '@finance/domain';

/** The same words for a fund that is not visible and for one that is not there. */
export const accessDenied = (viewerUserId: bigint, fundId: bigint): DomainError =>
  new DomainError('FUND_ACCESS_DENIED', `user ${viewerUserId} may not see fund ${fundId}`, {
    fund_id: String(fundId),
    user_id: String(viewerUserId),
  });
