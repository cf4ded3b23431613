import { hash } from 'node:crypto';
import { named, type SqlSession } from '@finance/schema';
import type { Seals } from '../seals/seals.ts';
import { readNote, takeNotes, type NotedChange } from './pending-changes.ts';

const namedSql = named('audit/take-changes');

/** A change that this process has committed, and that has no place in the chain that it knows of. */
export interface CommittedChange {
  /** The row of its note. */
  readonly id: bigint;
  readonly change: NotedChange;
}

/** The changes of this process, which it remembers until they have their place: notes can be taken out by SQL. */
export interface KnownChanges {
  /** As they were before the notes were read. */
  readonly waiting: readonly CommittedChange[];
  /** Whether a note that claims to be of this process can be: false when it has its place, or was never written. */
  isExpected(note: string): boolean | undefined;
}

/** Something in the tables that no service did. */
export interface Alarm {
  readonly outcome: 'NOTE_UNSEALED' | 'NOTE_REPEATED' | 'NOTE_REMOVED' | 'LOG_CUT';
  /** How many rows. */
  readonly count: number;
  /** SHA-256, hex, of the first row, or of its note's name where it is sealed. */
  readonly hash: string;
}

/** What {@link takeChanges} found. */
export interface TakenChanges {
  /** In the order of their notes. */
  readonly changes: readonly NotedChange[];
  readonly alarms: readonly Alarm[];
  /** Notes of this process that have their place now, or have had it. */
  readonly settled: readonly string[];
  readonly moreWait: boolean;
}

/**
 * Takes the changes that wait, at most `limit`, for their place: those of the notes, and those of this process whose
 * notes were taken out. Only under the lock of the chain's head.
 */
export async function takeChanges(
  session: SqlSession,
  seals: Seals,
  known: KnownChanges,
  limit: number,
): Promise<TakenChanges> {
  const rows = await takeNotes(session, limit);
  const unsealed: string[] = [];
  const repeated: string[] = [];
  const sealed = new Map<string, NotedChange>();
  for (const { entry } of rows) {
    const change = readNote(entry, seals);
    if (change === undefined) unsealed.push(entry);
    else if (known.isExpected(change.note) === false || sealed.has(change.note)) repeated.push(change.note);
    else sealed.set(change.note, change);
  }

  const isFull = limit > 0 && rows.length === limit;
  const isTaken = ({ id }: CommittedChange): boolean => !isFull || id <= rows.at(-1)!.id;
  const missing = known.waiting.filter((each) => !sealed.has(each.change.note) && isTaken(each));
  const gone = missing.slice(0, limit - rows.length).map(({ change }) => change);
  const ofOthers = [...sealed.values()].filter(({ note }) => known.isExpected(note) === undefined);
  // Another process may have given them their place.
  const inChain = await notesInChain(session, [...ofOthers, ...gone]);
  const removed = gone.filter(({ note }) => !inChain.has(note));
  for (const { note } of ofOthers) if (inChain.has(note) && sealed.delete(note)) repeated.push(note);
  const alarm = (outcome: Alarm['outcome'], rowsFound: readonly string[]): Alarm[] =>
    rowsFound.length === 0 ? [] : [{ outcome, count: rowsFound.length, hash: hash('sha256', rowsFound[0]!) }];
  return {
    changes: [...sealed.values(), ...removed],
    alarms: [
      ...alarm('NOTE_UNSEALED', unsealed),
      ...alarm('NOTE_REPEATED', repeated),
      ...alarm(
        'NOTE_REMOVED',
        removed.map(({ note }) => note),
      ),
    ],
    settled: [...sealed.keys(), ...gone.map(({ note }) => note)],
    moreWait: isFull || gone.length < missing.length,
  };
}

/** Which of these changes have their place; an entry is never older than its change. Index: audit_log_recorded_at. */
async function notesInChain(session: SqlSession, changes: readonly NotedChange[]): Promise<ReadonlySet<string>> {
  if (changes.length === 0) return new Set();
  const since = Math.min(...changes.map(({ atMicros }) => atMicros));
  const rows = await session.all(
    namedSql`SELECT note FROM audit_log WHERE recorded_at >= ${session.dialect.instantParam(since)} AND note <> ''`,
  );
  return new Set(rows.map((row) => row['note'] as string));
}
