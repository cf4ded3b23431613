import type { RowMaker } from '../rows/row-maker.ts';
import { headerBytes } from './event-codes.ts';
import type { FollowedDatabase } from './followed-database.ts';
import { RowReader } from './row-reader.ts';
import type { TableLayout } from './table-layout.ts';

interface Mapped<Change> {
  readonly tableId: number;
  /** The table map from its column count on. */
  readonly map: Buffer;
  readonly reader: RowReader<Change>;
}

/**
 * The readers of our tables by the ids that the binlog gives them. An id changes whenever the server opens the table
 * anew; then the old one is never used again, so there is one reader for each table.
 */
export class RowReaders<Change> {
  private readonly database: FollowedDatabase;
  private readonly layouts: ReadonlyMap<string, TableLayout>;
  private readonly make: RowMaker<Change>;
  private readonly mapped = new Map<TableLayout, Mapped<Change>>();

  constructor(database: FollowedDatabase, layouts: ReadonlyMap<string, TableLayout>, make: RowMaker<Change>) {
    this.database = database;
    this.layouts = layouts;
    this.make = make;
  }

  /** The reader of a table of ours. */
  of(tableId: number): RowReader<Change> | undefined {
    for (const each of this.mapped.values()) if (each.tableId === tableId) return each.reader;
    return undefined;
  }

  /** Takes a table map event. @throws ChangeFeedError `rebuild` when it is no longer the table that was known */
  map(tableId: number, event: Buffer): void {
    const schemaAt = headerBytes + 9;
    const schemaEnd = schemaAt + event[schemaAt - 1]!;
    const tableAt = schemaEnd + 2;
    const tableEnd = tableAt + event[tableAt - 1]!;
    const layout = this.database.isCalled(event.toString('utf8', schemaAt, schemaEnd))
      ? this.layouts.get(this.database.tableKey(event.toString('utf8', tableAt, tableEnd)))
      : undefined;
    if (!layout) return this.forget(tableId);
    const known = this.mapped.get(layout);
    if (known?.tableId === tableId) return;
    const map = event.subarray(tableEnd + 1);
    const reader = known?.map.equals(map) ? known.reader : new RowReader(layout, map, this.make);
    this.mapped.set(layout, { tableId, map: known?.reader === reader ? known.map : Buffer.from(map), reader });
  }

  /** Another connection may give the ids to other tables. */
  clear(): void {
    this.mapped.clear();
  }

  private forget(tableId: number): void {
    for (const [layout, each] of this.mapped) if (each.tableId === tableId) this.mapped.delete(layout);
  }
}
