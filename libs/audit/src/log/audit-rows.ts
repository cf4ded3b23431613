import type { Row, SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import type { AuditEntry, AuditFacts } from '../chain/audit-entry.ts';

/** The columns of `audit_log a`, in the order of {@link auditValues}. */
export const auditColumns: SQL = sql.raw(
  [
    'sequence',
    'recorded_at',
    'kind',
    'caller',
    'caller_address',
    'request_id',
    'rpc',
    'viewer_user_id',
    'arguments_hash',
    'outcome',
    'result_count',
    'total_size',
    'strategy',
    'position',
    'entry_hash',
  ].join(', '),
);

/** An entry as a row to insert. */
export function auditValues({ dialect }: SqlSession, entry: AuditEntry): SQL {
  const values = [
    entry.sequence,
    dialect.instantParam(Number(entry.recordedAtMicros)),
    entry.kind,
    entry.caller,
    entry.callerAddress,
    entry.requestId,
    entry.rpc,
    entry.viewerUserId,
    entry.argumentsHash,
    entry.outcome,
    entry.resultCount,
    entry.totalSize,
    entry.strategy,
    entry.position,
    entry.entryHash,
  ];
  return sql`(${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )})`;
}

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
