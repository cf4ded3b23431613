import { DomainError, invalidField } from './domain-error.ts';

/** No such user, where the call is about them. */
export const userNotFound = (userId: bigint): DomainError =>
  new DomainError('USER_NOT_FOUND', `there is no user ${userId}`, { user_id: String(userId) });

/** No such viewer; never answered with an empty list. */
export const viewerNotFound = (viewerUserId: bigint): DomainError =>
  new DomainError('VIEWER_NOT_FOUND', `there is no user ${viewerUserId} who could view anything`, {
    viewer_user_id: String(viewerUserId),
  });

/** No such fund, for callers who may know which funds exist. */
export const fundNotFound = (fundId: bigint): DomainError =>
  new DomainError('FUND_NOT_FOUND', `there is no fund ${fundId}`, { fund_id: String(fundId) });

/** The same words for a fund that is not visible and for one that is not there. */
export const fundAccessDenied = (viewerUserId: bigint | undefined, fundId: bigint): DomainError =>
  new DomainError('FUND_ACCESS_DENIED', `user ${viewerUserId ?? 'unknown'} may not see fund ${fundId}`, {
    fund_id: String(fundId),
    user_id: String(viewerUserId ?? ''),
  });

/** A request field names a record that does not exist; `field` is its proto path. */
export const referenceNotFound = (field: string, id: bigint): DomainError =>
  invalidField(field, `names ${id}, which does not exist; create it first or name another`, 'REFERENCE_NOT_FOUND', {
    value: id,
  });
