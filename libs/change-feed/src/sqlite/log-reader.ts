import type { RowChange } from '@finance/live-index';
import type { Database, Statement } from 'better-sqlite3';
import type { ChangeBatch } from '../change-feed.ts';
import { ChangeFeedError } from '../change-feed-error.ts';
import { feedTables, type FeedTable, type Value } from '../rows/feed-tables.ts';
import { loadedCode, loggedTables, newestStatement, requireTriggers, type LogEntry } from './change-log.ts';
import { selectColumns } from './load-tables.ts';

/** Entries read at once. A larger backlog comes in parts without a position. */
const entriesMax = 5_000;

/** Turns entries of the change log into changes, with the rows as they are in the same snapshot. */
export class LogReader {
  private readonly database: Database;
  private readonly newest: Statement<[], bigint>;
  private readonly oldest: Statement<[], bigint | null>;
  private readonly schemaVersion: Statement<[], bigint>;
  private readonly firstSchemaVersion: bigint | undefined;
  private readonly entries: Statement<[bigint, bigint], LogEntry>;
  private readonly tables: readonly { readonly table: FeedTable; readonly row: Statement<[bigint], Value[]> }[];
  private reached: bigint;

  constructor(database: Database, file: string, from: bigint) {
    requireTriggers(database, file);
    this.database = database;
    this.reached = from;
    this.newest = newestStatement(database);
    this.oldest = database.prepare<[], bigint | null>('SELECT MIN(sequence) FROM change_log').pluck();
    this.schemaVersion = database.prepare<[], bigint>('PRAGMA schema_version').pluck();
    this.firstSchemaVersion = this.schemaVersion.get();
    this.entries = database
      .prepare<[bigint, bigint], LogEntry>(
        `SELECT sequence, table_code, row_id FROM change_log WHERE sequence > ? AND sequence <= ? ORDER BY sequence
         LIMIT ${entriesMax}`,
      )
      .raw();
    this.tables = loggedTables.map((name) => {
      const table = feedTables.find((each) => each.name === name)!;
      const key = table.columns[0]!.name;
      return { table, row: database.prepare<[bigint], Value[]>(`${selectColumns(table)} WHERE ${key} = ?`).raw() };
    });
  }

  /** Where the last batch with a position ended. */
  get position(): bigint {
    return this.reached;
  }

  /** Whether something was committed since. */
  get isBehind(): boolean {
    return this.newest.get() !== this.reached || this.schemaVersion.get() !== this.firstSchemaVersion;
  }

  /** Everything up to now, in one snapshot, which stays open until the last batch was taken. */
  *read(): Generator<ChangeBatch> {
    this.database.exec('BEGIN');
    try {
      const newest = this.newest.get()!;
      this.requireWhole(newest);
      while (this.reached < newest) {
        const entries = this.entries.all(this.reached, newest);
        const changes = this.changesOf(entries);
        this.reached = entries.at(-1)?.[0] ?? newest;
        yield { changes, position: this.reached === newest ? String(newest) : null };
      }
    } finally {
      this.database.exec('COMMIT');
    }
  }

  private requireWhole(newest: bigint): void {
    if (this.schemaVersion.get() !== this.firstSchemaVersion) {
      throw new ChangeFeedError('rebuild', 'the schema of the database has changed');
    }
    if (newest === this.reached) return;
    const oldest = this.oldest.get() ?? newest + 1n;
    if (newest < this.reached || oldest > this.reached + 1n) {
      throw new ChangeFeedError('rebuild', 'the change log no longer has what came after the last position');
    }
  }

  private changesOf(entries: readonly LogEntry[]): RowChange[] {
    const seen = this.tables.map(() => new Set<bigint>());
    const changes: RowChange[] = [];
    for (const [, code, id] of entries) {
      if (code === loadedCode) throw new ChangeFeedError('rebuild', 'rows were loaded past the change log');
      const index = Number(code) - 1;
      const { table, row } = this.tables[index]!;
      if (seen[index]!.has(id)) continue;
      seen[index]!.add(id);
      const values = row.get(id);
      changes.push(values ? table.change(values) : table.removal(id));
    }
    return changes;
  }
}
