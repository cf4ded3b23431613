import { DomainError } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import type { Seals } from '../seals/seals.ts';

const namedSql = named('audit/claim-seal-key');

/**
 * Makes sure that all processes on this database seal with one key, or accept each other's: they would raise alarms over
 * each other's rows. Takes the lock of the chain's head. Index: primary key.
 * @throws DomainError when the log is sealed with a key that is not among these
 */
export async function claimSealKey(session: SqlSession, seals: Seals): Promise<void> {
  const claimed = await checkSealKey(session, seals, session.dialect.forUpdate);
  if (claimed === seals.keyId) return;
  await session.run(namedSql`UPDATE audit_state SET seal_key_id = ${seals.keyId} WHERE id = 1`);
}

/**
 * The key that the log is sealed with; empty before the first. Index: primary key.
 * @throws DomainError when it is not among these
 */
export async function checkSealKey(session: SqlSession, { knownKeyIds }: Seals, lock = sql``): Promise<string> {
  const rows = await session.all(namedSql`SELECT seal_key_id FROM audit_state WHERE id = 1 ${lock}`);
  const claimed = String(rows[0]?.['seal_key_id'] ?? '');
  if (claimed === '' || knownKeyIds.includes(claimed)) return claimed;
  const problem =
    `the audit log of this database is sealed with another key (its id is ${claimed}): give every process the same ` +
    'AUDIT_SEAL_KEY, and after a rotation the key before as well; docs/operations.md, Audit log';
  throw new DomainError('INTERNAL', problem);
}
