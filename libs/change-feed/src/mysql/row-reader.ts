import { ChangeFeedError } from '../change-feed-error.ts';
import type { Value } from '../rows/feed-tables.ts';
import type { RowMaker } from '../rows/row-maker.ts';
import { columnFormat, jsonType, metadataBytes, type ColumnFormat } from './column-values.ts';
import { eventCodes, eventType, headerBytes } from './event-codes.ts';
import type { TableLayout } from './table-layout.ts';

type Column = ColumnFormat & { readonly index: number };

/** Reads the row events of one table, as one table map describes them. */
export class RowReader<Change> {
  private readonly layout: TableLayout;
  private readonly make: RowMaker<Change>;
  private readonly columns: readonly Column[];
  private readonly jsonColumnCount: number;

  /** `map` is the table map event from its column count on. @throws ChangeFeedError `rebuild` if the table is another */
  constructor(layout: TableLayout, map: Buffer, make: RowMaker<Change>) {
    this.layout = layout;
    this.make = make;
    let [count, at] = lengthEncoded(map, 0);
    if (count !== layout.columnCount) throw schemaChanged(layout);
    const types = map.subarray(at, at + count);
    this.jsonColumnCount = types.filter((type) => type === jsonType).length;
    [, at] = lengthEncoded(map, at + count);
    this.columns = Array.from(types, (type, ordinal) => {
      const metadata = map.subarray(at, (at += metadataBytes(type)));
      const known = layout.columns[ordinal];
      const content = known && layout.table.columns[known.index]!.content;
      const format = columnFormat(type, metadata, content, known?.isUnsigned ?? false);
      if (!format) throw schemaChanged(layout);
      return { ...format, index: known?.index ?? -1 };
    });
  }

  /** Appends what a row event says. */
  read(event: Buffer, changes: Change[]): void {
    const type = eventType(event);
    let at = headerBytes + 8;
    at += event.readUInt16LE(at);
    let count: number;
    [count, at] = lengthEncoded(event, at);
    const bitmapBytes = (count + 7) >> 3;
    const isPartial = type === eventCodes.partialUpdateRows;
    const images = type === eventCodes.updateRows || isPartial ? 2 : 1;
    this.requireFullImage(event.subarray(at, at + bitmapBytes * images), count, images);
    at += bitmapBytes * images;
    const { table } = this.layout;
    const add = (before: readonly Value[] | null, after: readonly Value[] | null): void => {
      const change = this.make(table, before, after);
      if (change !== undefined) changes.push(change);
    };
    while (at < event.length) {
      const values = new Array<Value>(table.columns.length);
      at = this.readImage(event, at, bitmapBytes, values);
      if (type === eventCodes.writeRows) add(null, values);
      else if (type === eventCodes.deleteRows) add(values, null);
      else {
        const after = new Array<Value>(table.columns.length);
        if (isPartial) at = this.passPartialBits(event, at);
        at = this.readImage(event, at, bitmapBytes, after);
        if (values[0] !== after[0]) {
          add(values, null);
          add(null, after);
        } else if (values.some((value, index) => value !== after[index])) add(values, after);
      }
    }
  }

  /** Sessions with PARTIAL_JSON say which JSON columns of an update hold differences; none of them is ours. */
  private passPartialBits(data: Buffer, at: number): number {
    const [options, end] = lengthEncoded(data, at);
    return options === 0 ? end : end + ((this.jsonColumnCount + 7) >> 3);
  }

  private readImage(data: Buffer, start: number, bitmapBytes: number, values: Value[]): number {
    let at = start + bitmapBytes;
    const { columns } = this;
    for (let ordinal = 0; ordinal < columns.length; ordinal += 1) {
      const column = columns[ordinal]!;
      const isNull = (data[start + (ordinal >> 3)]! >> (ordinal & 7)) & 1;
      if (isNull === 1) {
        if (column.index >= 0) values[column.index] = null;
        continue;
      }
      if (column.index >= 0) values[column.index] = column.read!(data, at);
      at += column.bytesAt(data, at);
    }
    return at;
  }

  private requireFullImage(bitmaps: Buffer, count: number, images: number): void {
    if (count !== this.columns.length) throw schemaChanged(this.layout);
    const bytes = bitmaps.length / images;
    for (let at = 0; at < bitmaps.length; at += 1) {
      const isLast = at % bytes === bytes - 1;
      const full = isLast && count % 8 !== 0 ? (1 << (count % 8)) - 1 : 0xff;
      if ((bitmaps[at]! & full) !== full) {
        throw new ChangeFeedError(
          'rebuild',
          `a session changed ${this.layout.table.name} without full row images; keep binlog_row_image = FULL`,
        );
      }
    }
  }
}

const schemaChanged = ({ table }: TableLayout): ChangeFeedError =>
  new ChangeFeedError('rebuild', `the columns of ${table.name} have changed`);

/** A length-encoded integer and where it ends. */
export function lengthEncoded(data: Buffer, at: number): [number, number] {
  const first = data[at]!;
  if (first < 0xfb) return [first, at + 1];
  const bytes = first === 0xfc ? 2 : first === 0xfd ? 3 : 6;
  return [data.readUIntLE(at + 1, bytes), first === 0xfe ? at + 9 : at + 1 + bytes];
}
