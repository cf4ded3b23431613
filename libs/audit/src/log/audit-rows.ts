import type { Row, SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import type { AuditEntry } from '../chain/audit-entry.ts';

/** As wide as the widest column: `fitting` has cut each to its own. */
const text = 'VARCHAR(1000)';

/** The columns of `audit_log` and MySQL's types for their values. */
const columns = {
  sequence: 'BIGINT',
  recorded_at: 'DATETIME(6)',
  kind: text,
  caller: text,
  caller_address: text,
  request_id: text,
  rpc: text,
  viewer_user_id: 'BIGINT',
  arguments_hash: text,
  outcome: text,
  result_count: 'BIGINT',
  total_size: 'BIGINT',
  strategy: text,
  position: text,
  note: text,
  entry_hash: text,
  seal: text,
} as const;

/** Their names, as a list. */
export const auditColumns: SQL = sql.raw(Object.keys(columns).join(', '));

const mysqlColumns = sql.raw(
  Object.entries(columns)
    .map(([name, type], i) => `${name} ${type} PATH '$[${i}]' ERROR ON ERROR`)
    .join(', '),
);
const sqliteValues = sql.raw(
  Object.keys(columns)
    .map((_, i) => `value ->> ${i}`)
    .join(', '),
);

/** Adds entries to `audit_log`, all as one parameter: one for each value would cost more than the calls they tell of. */
export function insertEntries({ dialect }: SqlSession, entries: readonly AuditEntry[]): SQL {
  const rows = JSON.stringify(
    entries.map((entry) => [
      String(entry.sequence),
      String(dialect.instantParam(Number(entry.recordedAtMicros))),
      entry.kind,
      entry.caller,
      entry.callerAddress,
      entry.requestId,
      entry.rpc,
      integerText(entry.viewerUserId),
      entry.argumentsHash,
      entry.outcome,
      integerText(entry.resultCount),
      integerText(entry.totalSize),
      entry.strategy,
      entry.position,
      entry.note,
      entry.entryHash,
      entry.seal,
    ]),
  );
  return dialect.name === 'mysql'
    ? sql`INSERT INTO audit_log (${auditColumns}) SELECT ${auditColumns}
        FROM JSON_TABLE(${rows}, '$[*]' COLUMNS (${mysqlColumns})) entries`
    : sql`INSERT INTO audit_log (${auditColumns}) SELECT ${sqliteValues} FROM json_each(${rows})`;
}

/** JSON numbers are not exact. */
const integerText = (value: bigint | null): string | null => (value === null ? null : String(value));

/** A row of {@link auditColumns} as the entry it holds; nothing is checked, a verifier does that. */
export function auditEntryFromRow(row: Row): AuditEntry {
  const text = (name: string) => row[name] as string;
  const integer = (name: string) => row[name] as bigint;
  const optional = (name: string) => row[name] as bigint | null;
  return {
    sequence: integer('sequence'),
    recordedAtMicros: integer('recorded_at'),
    kind: text('kind'),
    caller: text('caller'),
    callerAddress: text('caller_address'),
    requestId: text('request_id'),
    rpc: text('rpc'),
    viewerUserId: optional('viewer_user_id'),
    argumentsHash: text('arguments_hash'),
    outcome: text('outcome'),
    resultCount: optional('result_count'),
    totalSize: optional('total_size'),
    strategy: text('strategy'),
    position: text('position'),
    note: text('note'),
    entryHash: text('entry_hash'),
    seal: text('seal'),
  };
}
