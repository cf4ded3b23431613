import { named, type Dialect, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { nothingAnswered, type AuditFacts } from '../chain/audit-entry.ts';
import type { Seals } from '../seals/seals.ts';
import { fitting } from './fitting.ts';

const namedSql = named('audit/pending-changes');

/** What is known about an entry before it has its place in the chain. */
export interface TimedFacts extends AuditFacts {
  /** Microseconds since 1970 UTC. */
  readonly atMicros: number;
}

/** A change and the name of its note. */
export interface NotedChange extends TimedFacts {
  readonly note: string;
}

/** A row of notes. */
export interface StoredNote {
  readonly id: bigint;
  readonly entry: string;
}

/**
 * Notes a change in the session's transaction, sealed: committed with it, or not at all. Takes no lock that another
 * writer waits for; {@link takeNotes} gives the note its place in the chain.
 * @returns the number of its row
 */
export async function notePending(session: SqlSession, seals: Seals, change: NotedChange): Promise<bigint> {
  const { caller, callerAddress, requestId, rpc, viewerUserId, argumentsHash, outcome } = fitting(change);
  const viewer = viewerUserId === null ? null : String(viewerUserId);
  const call = [caller, callerAddress, requestId, rpc, viewer, argumentsHash, outcome];
  const text = JSON.stringify([change.note, change.atMicros, ...call]);
  const entry = `${seals.seal('note', text)} ${text}`;
  return (await session.run(namedSql`INSERT INTO audit_pending (entry) VALUES (${entry})`)).insertId;
}

/**
 * Takes out the oldest notes, at most `limit`. Only under the lock of the chain's head, and before any other read of the
 * transaction, so that each note is taken once. Index: primary key of audit_pending.
 */
export async function takeNotes(session: SqlSession, limit: number): Promise<StoredNote[]> {
  if (limit === 0) return [];
  const rows = await session.all(namedSql`SELECT id, entry FROM audit_pending ORDER BY id LIMIT ${limit}`);
  const notes = rows.map((row) => ({ id: row['id'] as bigint, entry: row['entry'] as string }));
  if (notes.length > 0) await session.run(deletion(session.dialect, notes));
  return notes;
}

/**
 * MySQL prefers to scan the table while it is small, and would then wait for the writers of newer notes and make them
 * wait; joined to the ids, it looks up each.
 */
function deletion({ name }: Dialect, notes: readonly StoredNote[]): SQL {
  if (name === 'sqlite')
    return sql`DELETE FROM audit_pending WHERE id IN (${sql.join(
      notes.map(({ id }) => sql`${id}`),
      sql`, `,
    )})`;
  const ids = `[${notes.map(({ id }) => id).join(',')}]`;
  return sql`DELETE p FROM JSON_TABLE(${ids}, '$[*]' COLUMNS (id BIGINT PATH '$')) taken
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
  z.int(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z
    .string()
    .regex(/^-?\d{1,19}$/)
    .nullable(),
  z.string(),
  z.string(),
]);

/** The change that a note tells of; undefined for a row that none of our services wrote, or that was altered. */
export function readNote(entry: string, seals: Seals): NotedChange | undefined {
  const space = entry.indexOf(' ');
  const text = entry.slice(space + 1);
  if (space < 0 || !seals.isSealed('note', text, entry.slice(0, space))) return undefined;
  const [note, atMicros, caller, callerAddress, requestId, rpc, viewer, argumentsHash, outcome] = noteSchema.parse(
    JSON.parse(text),
  );
  const viewerUserId = viewer === null ? null : BigInt(viewer);
  const call = { caller, callerAddress, requestId, rpc, viewerUserId, argumentsHash };
  return { kind: 'write', ...call, ...nothingAnswered, outcome, note, atMicros };
}
