import { historyPointOf, positionText } from '@finance/schema';
import type { Database, Statement } from 'better-sqlite3';
import { ChangeFeedError } from '../change-feed-error.ts';
import { entryColumns, loadedCode, newestStatement, pointOf, requireTriggers, type LogEntry } from './change-log.ts';

/** What a follower makes of entries, in the snapshot they were read in. */
export interface EntryReading<Batch> {
  /** Entries read at once. */
  readonly entriesMax: number;
  /** Whether a backlog is read in one snapshot, which then stays open while the consumer is busy. */
  readonly isOneSnapshot: boolean;
  /** `isNewest`: there are no more in the snapshot. */
  readonly batchOf: (entries: readonly LogEntry[], position: string, isNewest: boolean) => Batch;
}

/** Reads the change log on from a position. */
export class LogReader<Batch> {
  private readonly database: Database;
  private readonly reading: EntryReading<Batch>;
  private readonly newest: Statement<[], string>;
  private readonly oldest: Statement<[], bigint | null>;
  private readonly mark: Statement<[bigint], bigint>;
  private readonly schemaVersion: Statement<[], bigint>;
  private readonly firstSchemaVersion: bigint | undefined;
  private readonly entries: Statement<[bigint, bigint], LogEntry>;
  private reached: string;

  constructor(database: Database, from: string, reading: EntryReading<Batch>) {
    requireTriggers(database);
    this.database = database;
    this.reading = reading;
    this.reached = from;
    this.newest = newestStatement(database);
    this.oldest = database.prepare<[], bigint | null>('SELECT MIN(sequence) FROM change_log').pluck();
    this.mark = database
      .prepare<[bigint], bigint>('SELECT COALESCE(mark, 0) FROM change_log WHERE sequence = ?')
      .pluck();
    this.schemaVersion = database.prepare<[], bigint>('PRAGMA schema_version').pluck();
    this.firstSchemaVersion = this.schemaVersion.get();
    this.entries = database
      .prepare<[bigint, bigint], LogEntry>(
        `SELECT ${entryColumns} FROM change_log
         WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ${reading.entriesMax}`,
      )
      .raw();
  }

  /** The sequence of the entry that the last batch ended with. */
  get sequence(): bigint {
    return sequenceOf(this.reached);
  }

  /** Whether something was committed since. */
  get isBehind(): boolean {
    return this.newest.get() !== this.reached || this.schemaVersion.get() !== this.firstSchemaVersion;
  }

  /** Everything up to now, or the first part of it. */
  *read(): Generator<Batch> {
    let last: Batch | undefined;
    this.database.exec('BEGIN');
    try {
      const newest = this.newest.get()!;
      this.requireWhole(newest);
      while (this.reached !== newest) {
        if (last !== undefined) yield last;
        last = this.next(newest);
        if (!this.reading.isOneSnapshot) break;
      }
    } finally {
      this.database.exec('COMMIT');
    }
    if (last !== undefined) yield last;
  }

  private next(newest: string): Batch {
    const entries = this.entries.all(this.sequence, sequenceOf(newest));
    if (entries.some(([, code]) => code === loadedCode)) {
      throw new ChangeFeedError('rebuild', 'rows were loaded past the change log');
    }
    const last = entries.at(-1);
    const { historyId } = historyPointOf(newest);
    this.reached = last ? positionText({ historyId, point: pointOf(last) }) : newest;
    return this.reading.batchOf(entries, this.reached, this.reached === newest);
  }

  private requireWhole(newest: string): void {
    const { sequence } = this;
    const { historyId, point } = historyPointOf(this.reached);
    const mark = this.mark.get(sequence);
    const isSame = mark === undefined ? sequence <= sequenceOf(newest) : point === `${sequence}.${mark}`;
    if (historyPointOf(newest).historyId !== historyId || !isSame) {
      throw new ChangeFeedError(
        'history',
        'the file was restored: its change log has other entries than were followed',
      );
    }
    if (this.schemaVersion.get() !== this.firstSchemaVersion) {
      throw new ChangeFeedError('rebuild', 'the schema of the database has changed');
    }
    if (newest === this.reached) return;
    const oldest = this.oldest.get() ?? sequenceOf(newest) + 1n;
    if (oldest > sequence + 1n) {
      throw new ChangeFeedError('rebuild', 'the change log no longer has what came after the last position');
    }
  }
}

const sequenceOf = (position: string): bigint => BigInt(historyPointOf(position).point.split('.')[0]!);
