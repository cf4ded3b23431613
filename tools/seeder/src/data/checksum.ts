import { createHash } from 'node:crypto';
import { microsFromMysqlInstant } from '@finance/schema';
import type { SqlConnection, SqlValue } from '../database/sql-connection.ts';
import { canonicalLine } from './canonical-row.ts';
import { columnList, keyList, tableNames, tableShapes, type ColumnKind, type TableName } from './tables.ts';

/** SHA-256 in hex of each table's canonical lines in primary key order, and of all of them together. */
export interface Checksums {
  readonly tables: Readonly<Record<TableName, string>>;
  readonly all: string;
}

/** Lines are hashed in pieces of about this many characters. */
const pieceLength = 64 * 1024;

/** Reads every row once, as a stream. The same rows give the same sums on every engine. */
export async function checksumsOf(connection: SqlConnection): Promise<Checksums> {
  const sums: [TableName, string][] = [];
  for (const table of tableNames) {
    const kinds = tableShapes[table].columns.map((column) => column.kind);
    const sql = `SELECT ${columnList(table, connection.engine)} FROM \`${table}\` ORDER BY ${keyList(table)}`;
    const isMysql = connection.engine === 'mysql';
    sums.push([table, await checksumOfRows(connection.stream(sql), (row) => (isMysql ? fromMysql(row, kinds) : row))]);
  }
  return together(sums);
}

/** The sum of rows in canonical form. */
export async function checksumOfRows(
  rows: AsyncIterable<readonly SqlValue[]> | Iterable<readonly SqlValue[]>,
  canonical: (row: readonly SqlValue[]) => readonly SqlValue[] = (row) => row,
): Promise<string> {
  const hash = createHash('sha256');
  let piece = '';
  for await (const row of rows) {
    piece += canonicalLine(canonical(row));
    if (piece.length > pieceLength) {
      hash.update(piece);
      piece = '';
    }
  }
  return hash.update(piece).digest('hex');
}

/** The sums of all tables as one. */
export function together(sums: readonly (readonly [TableName, string])[]): Checksums {
  const all = createHash('sha256')
    .update(sums.map((pair) => pair.join(' ')).join('\n'))
    .digest('hex');
  return { tables: Object.fromEntries(sums) as Record<TableName, string>, all };
}

function fromMysql(row: readonly SqlValue[], kinds: readonly ColumnKind[]): SqlValue[] {
  return row.map((value, index) => {
    if (typeof value !== 'string') return value;
    const kind = kinds[index];
    // DECIMAL(15,2) always shows two places, so that cents are its digits.
    if (kind === 'amount') return BigInt(value.replace('.', ''));
    return kind === 'instant' ? (microsFromMysqlInstant(value) ?? value) : value;
  });
}
