import { named, type SqlSession } from '@finance/schema';

const namedSql = named('store/org-lock');

/**
 * Waits until no other write of the org is under way and keeps later ones waiting until commit. Must be the first
 * statement of its transaction, so that everything read afterwards includes what the writes before it did.
 * Returns the org's version.
 */
export async function lockOrg(session: SqlSession): Promise<bigint> {
  const rows = await session.all(namedSql`SELECT version FROM org_state WHERE id = 1 ${session.dialect.forUpdate}`);
  return rows[0]!['version'] as bigint;
}

/** Makes every scope that was resolved before this commit out of date. Only under {@link lockOrg}. */
export async function raiseOrgVersion(session: SqlSession): Promise<void> {
  await session.run(namedSql`UPDATE org_state SET version = version + 1 WHERE id = 1`);
}
