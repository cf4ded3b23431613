import { randomInt } from 'node:crypto';
import { named, type SqlSession } from '@finance/schema';

const namedSql = named('store/org-lock');

/** The org as its row says; see `orgState`. */
export interface OrgState {
  readonly version: bigint;
  readonly treeInStep: boolean;
}

/** A step of the version below this one. Two histories that part never meet at a number again, but by a rare chance. */
const versionStepMax = 2 ** 32;

/**
 * Waits until no other write of the org is under way and keeps later ones waiting until commit. Must be the first
 * statement of its transaction, so that everything read afterwards includes what the writes before it did.
 */
export async function lockOrg(session: SqlSession): Promise<OrgState> {
  const rows = await session.all(
    namedSql`SELECT version, tree_in_step FROM org_state WHERE id = 1 ${session.dialect.forUpdate}`,
  );
  return { version: rows[0]!['version'] as bigint, treeInStep: rows[0]!['tree_in_step'] === 1n };
}

/**
 * Gives the org its next version, which is returned, after changes that kept the stored tree as much in step as it was.
 * Only under {@link lockOrg}; the triggers on users have marked the tree, as for anybody.
 */
export async function raiseOrgVersion(session: SqlSession, { version, treeInStep }: OrgState): Promise<bigint> {
  const next = version + 1n + BigInt(randomInt(versionStepMax));
  await session.run(
    namedSql`UPDATE org_state SET version = ${next}, tree_in_step = ${treeInStep ? 1 : 0} WHERE id = 1`,
  );
  return next;
}
