import type { SqlSession } from '../database.ts';
import { named } from './named.ts';

const namedSql = named('schema/org-version');

/** The version of the org in a session's snapshot. */
export async function orgVersion(session: SqlSession): Promise<bigint> {
  const rows = await session.all(namedSql`SELECT version FROM org_state WHERE id = 1`);
  return rows[0]!['version'] as bigint;
}
