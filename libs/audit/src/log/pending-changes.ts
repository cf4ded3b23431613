import { hash } from 'node:crypto';
import type { CallFacts } from '@finance/domain';
import { named, type Dialect, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { nothingAnswered, type AuditFacts } from '../chain/audit-entry.ts';

const namedSql = named('audit/pending-changes');

/** What is known about an entry before it has its place in the chain. */
export interface TimedFacts extends AuditFacts {
  /** Microseconds since 1970 UTC. */
  readonly atMicros: number;
}

/**
 * Notes a change in the session's transaction: committed with it, or not at all. Takes no lock that another writer
 * waits for; {@link takePending} gives the note its place in the chain.
 */
export async function notePending(session: SqlSession, facts: CallFacts, atMicros: number): Promise<void> {
  const { caller, callerAddress, requestId, rpc, viewerUserId, argumentsHash } = facts;
  const viewer = viewerUserId === null ? null : String(viewerUserId);
  const entry = JSON.stringify([caller, callerAddress, requestId, rpc, viewer, argumentsHash, atMicros]);
  await session.run(namedSql`INSERT INTO audit_pending (entry) VALUES (${entry})`);
}

/**
 * Takes out the oldest notes, at most `limit`, as entries of kind `write`. Only under the lock of the chain's head, and
 * before any other read of the transaction, so that each note is taken once. Index: primary key of audit_pending.
 */
export async function takePending(session: SqlSession, limit: number): Promise<TimedFacts[]> {
  const rows = await session.all(namedSql`SELECT id, entry FROM audit_pending ORDER BY id LIMIT ${limit}`);
  if (rows.length === 0) return [];
  await session.run(
    deletion(
      session.dialect,
      rows.map((row) => row['id'] as bigint),
    ),
  );
  return rows.map((row) => ({ ...read(row['entry'] as string), kind: 'write', ...nothingAnswered }));
}

/**
 * MySQL prefers to scan the table while it is small, and would then wait for the writers of newer notes and make them
 * wait; joined to the ids, it looks up each.
 */
function deletion({ name }: Dialect, ids: readonly bigint[]): SQL {
  if (name === 'sqlite')
    return sql`DELETE FROM audit_pending WHERE id IN (${sql.join(
      ids.map((id) => sql`${id}`),
      sql`, `,
    )})`;
  return sql`DELETE p FROM JSON_TABLE(${`[${ids.join(',')}]`}, '$[*]' COLUMNS (id BIGINT PATH '$')) taken
    STRAIGHT_JOIN audit_pending p ON p.id = taken.id`;
}

/** How many changes wait for their place. */
export async function countPending(session: SqlSession): Promise<number> {
  const rows = await session.all(namedSql`SELECT COUNT(*) AS n FROM audit_pending`);
  return Number(rows[0]!['n']);
}

/** A note as {@link notePending} writes it. */
const noteSchema = z.tuple([
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z
    .string()
    .regex(/^-?\d{1,19}$/)
    .nullable(),
  z.string(),
  z.int(),
]);

/** A note that somebody altered beyond reading still becomes an entry, which says so. */
function read(entry: string): CallFacts & Pick<TimedFacts, 'outcome' | 'atMicros'> {
  const note = noteSchema.safeParse(parse(entry)).data;
  if (note === undefined) {
    const nobody = { caller: '', callerAddress: '', requestId: '', rpc: '', viewerUserId: null };
    return { ...nobody, argumentsHash: hash('sha256', entry), outcome: 'UNREADABLE', atMicros: 0 };
  }
  const [caller, callerAddress, requestId, rpc, viewer, argumentsHash, atMicros] = note;
  const viewerUserId = viewer === null ? null : BigInt(viewer);
  return { caller, callerAddress, requestId, rpc, viewerUserId, argumentsHash, outcome: 'OK', atMicros };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
