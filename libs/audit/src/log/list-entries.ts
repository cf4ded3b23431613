import { named, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import type { AuditEntry } from '../chain/audit-entry.ts';
import { auditColumns, auditEntryFromRow } from './audit-rows.ts';

const namedSql = named('audit/list-entries');

/** Which entries are wanted; absent conditions let everything pass. */
export interface AuditFilter {
  readonly caller?: string | undefined;
  readonly viewerUserId?: bigint | undefined;
  readonly rpc?: string | undefined;
  /** Only changes, only calls that changed nothing, and so on. */
  readonly kind?: string | undefined;
  /** Half-open, microseconds since 1970 UTC. */
  readonly recordedFromMicros?: number | undefined;
  readonly recordedToMicros?: number | undefined;
}

/** One page of the log. */
export interface AuditQuery {
  readonly filter: AuditFilter;
  /** The newest first instead of the oldest. */
  readonly descending: boolean;
  /** The last entry of the page before. */
  readonly after: bigint | undefined;
  readonly pageSize: number;
}

/** A page of entries by sequence. Entries are only ever added, so that ascending pages never shift. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly hasMore: boolean;
}

/**
 * Reads one page. Indexes: primary key; audit_log_caller, audit_log_viewer_user_id; audit_log_recorded_at finds where a
 * span of time begins and ends, because times ascend with the sequence.
 */
export async function listEntries(session: SqlSession, query: AuditQuery): Promise<AuditPage> {
  const { filter, descending, after, pageSize } = query;
  const { caller, viewerUserId, rpc, kind, recordedFromMicros: from, recordedToMicros: to } = filter;
  const { dialect } = session;
  const conditions: SQL[] = [dialect.whileCallerWaits(sql`sequence`)];
  if (after !== undefined) conditions.push(descending ? sql`sequence < ${after}` : sql`sequence > ${after}`);
  if (caller !== undefined) conditions.push(sql`caller = ${caller}`);
  if (viewerUserId !== undefined) conditions.push(sql`viewer_user_id = ${viewerUserId}`);
  if (rpc !== undefined) conditions.push(sql`rpc = ${rpc}`);
  if (kind !== undefined) conditions.push(sql`kind = ${kind}`);
  if (from !== undefined) {
    const first = await firstSince(session, from);
    if (first === undefined) return { entries: [], hasMore: false };
    conditions.push(sql`sequence >= ${first}`);
  }
  if (to !== undefined) {
    const first = await firstSince(session, to);
    if (first !== undefined) conditions.push(sql`sequence < ${first}`);
  }
  const rows = await session.all(namedSql`SELECT ${auditColumns} FROM audit_log
    WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY sequence ${sql.raw(descending ? 'DESC' : 'ASC')} LIMIT ${pageSize + 1}`);
  return { entries: rows.slice(0, pageSize).map(auditEntryFromRow), hasMore: rows.length > pageSize };
}

async function firstSince(session: SqlSession, micros: number): Promise<bigint | undefined> {
  const rows = await session.all(namedSql`SELECT sequence FROM audit_log
    WHERE recorded_at >= ${session.dialect.instantParam(micros)} ORDER BY recorded_at, sequence LIMIT 1`);
  return rows[0]?.['sequence'] as bigint | undefined;
}
