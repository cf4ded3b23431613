import type { BasisName } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import { chainUpwards } from '../org/chain-upwards.ts';
import { resolveScope } from '../org/resolve-scope.ts';
import { touchedPeople } from './touched-people.ts';
import { visibleFundIds } from './visible-fund-ids.ts';

/** One reason why a viewer may see a fund. */
export type AccessPath =
  /** The role alone opens every fund; `userIds` is only the viewer. */
  | { readonly role: 'admin'; readonly userIds: readonly bigint[] }
  /** `userIds` leads from the viewer down to the touched person, both included. */
  | { readonly basis: BasisName; readonly userIds: readonly bigint[] };

/** Whether and why a viewer may see a fund. */
export interface AccessExplanation {
  readonly allowed: boolean;
  /** The role first, then the bases in the rule's order; empty when not allowed. */
  readonly paths: readonly AccessPath[];
}

/**
 * Why a viewer may see a fund: an admin by role, and everyone by each basis that leads to the viewer or, unless the
 * viewer is staff, to somebody below. Follows `parent_id` alone. A fund that does not exist is told, and takes as long,
 * as one that the viewer may not see. Index: primary keys.
 * @throws DomainError VIEWER_NOT_FOUND
 */
export async function explainAccess(
  session: SqlSession,
  viewerUserId: bigint,
  fundId: bigint,
): Promise<AccessExplanation> {
  const scope = await resolveScope(session, viewerUserId);
  const visible = await visibleFundIds(session, scope, [fundId]);
  if (!visible.has(fundId)) return { allowed: false, paths: [] };
  const { role } = scope;
  const paths: AccessPath[] = role === 'admin' ? [{ role, userIds: [viewerUserId] }] : [];
  for (const { basis, userId } of (await touchedPeople(session, fundId)) ?? []) {
    const chain = await chainUpwards(session, userId);
    const viewerIndex = chain.findIndex((each) => each.userId === viewerUserId);
    if (viewerIndex > 0 && role === 'staff') continue;
    if (viewerIndex >= 0) {
      const userIds = chain.slice(0, viewerIndex + 1).map((each) => each.userId);
      paths.push({ basis: basis.name, userIds: userIds.reverse() });
    }
  }
  return { allowed: paths.length > 0, paths };
}
