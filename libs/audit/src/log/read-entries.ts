import { named, type SqlSession } from '@finance/schema';
import type { AuditEntry, ChainHead } from '../chain/audit-entry.ts';
import { auditColumns, auditEntryFromRow } from './audit-rows.ts';

const namedSql = named('audit/read-entries');

/** The entries behind `afterSequence` in their order, at most `limit`. Index: primary key of audit_log. */
export async function readEntries(session: SqlSession, afterSequence: bigint, limit: number): Promise<AuditEntry[]> {
  const rows = await session.all(
    namedSql`SELECT ${auditColumns} FROM audit_log WHERE sequence > ${afterSequence} ORDER BY sequence LIMIT ${limit}`,
  );
  return rows.map(auditEntryFromRow);
}

/** The head that the database keeps beside the log. @throws Error when its row is gone */
export async function readHead(session: SqlSession): Promise<ChainHead> {
  const rows = await session.all(namedSql`SELECT sequence, entry_hash FROM audit_state WHERE id = 1`);
  if (!rows[0]) throw new Error('audit_state has no row: somebody removed the head of the audit log');
  return { sequence: rows[0]['sequence'] as bigint, entryHash: rows[0]['entry_hash'] as string };
}
