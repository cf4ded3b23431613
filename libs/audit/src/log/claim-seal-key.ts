import { DomainError } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';
import type { Seals } from '../seals/seals.ts';

const namedSql = named('audit/claim-seal-key');

/**
 * Makes sure that all processes on this database seal with one key, or accept each other's: they would raise alarms over
 * each other's rows. Takes the lock of the chain's head. Index: primary key.
 * @throws DomainError when the log is sealed with a key that is not among these
 */
export async function claimSealKey(session: SqlSession, { keyId, knownKeyIds }: Seals): Promise<void> {
  const rows = await session.all(
    namedSql`SELECT seal_key_id FROM audit_state WHERE id = 1 ${session.dialect.forUpdate}`,
  );
  const claimed = rows[0]?.['seal_key_id'];
  if (claimed === keyId) return;
  if (typeof claimed === 'string' && claimed !== '' && !knownKeyIds.includes(claimed)) {
    const problem =
      `the audit log of this database is sealed with another key (its id is ${claimed}): give every process the same ` +
      'AUDIT_SEAL_KEY, and after a rotation the key before as well; docs/operations.md, Audit log';
    throw new DomainError('INTERNAL', problem);
  }
  await session.run(namedSql`UPDATE audit_state SET seal_key_id = ${keyId} WHERE id = 1`);
}
