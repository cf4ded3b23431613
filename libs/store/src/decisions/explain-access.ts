import type { BasisName } from '@finance/domain';
import type { SqlSession } from '@finance/schema';

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

export async function explainAccess(
  session: SqlSession,
  viewerUserId: bigint,
  fundId: bigint,
): Promise<AccessExplanation> {
  throw new Error(`${session.position} ${viewerUserId} ${fundId}`);
}
