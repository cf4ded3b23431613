import type { Row, SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import type { AuditEntry, AuditFacts } from '../chain/audit-entry.ts';

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
  entry_hash: text,
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
      entry.entryHash,
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
    entryHash: text('entry_hash'),
  };
}

/** What a text may be on both engines: the widths of the MySQL columns, and no lone surrogate, which UTF-8 cannot hold. */
const widths = {
  caller: 200,
  callerAddress: 100,
  requestId: 64,
  rpc: 120,
  argumentsHash: 64,
  outcome: 40,
  strategy: 40,
} as const;
const positionLengthMax = 1000;

/** Facts as they fit into the columns, so that a long name can never refuse a write. */
export function fitting(facts: AuditFacts): AuditFacts {
  const cut = Object.entries(widths).map(([name, width]) => {
    const text = facts[name as keyof typeof widths].toWellFormed();
    return [name, text.length <= width ? text : `${text.slice(0, width - 1).toWellFormed()}…`];
  });
  // A position that is cut is none; GTID sets of that length come from dozens of servers.
  const position = facts.position.length <= positionLengthMax ? facts.position : '';
  return { ...facts, ...(Object.fromEntries(cut) as Pick<AuditFacts, keyof typeof widths>), position };
}
