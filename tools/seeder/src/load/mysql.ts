import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { mysqlInstant } from '@finance/schema';
import { decimalFromCents } from '@finance/domain';
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { escapeText } from '../data/canonical-row.ts';
import { columnList, tableNames, tableShapes, type Cell, type ColumnKind, type TableName } from '../data/tables.ts';
import { connectSession, openMysqlConnection } from '../database/mysql-connection.ts';
import { SeederError } from '../seeder-error.ts';
import type { BulkLoader, LoaderOptions } from './bulk-loader.ts';
import { setProgressSql } from './run-state.ts';
import { speedUpSession } from './mysql-session.ts';

/** Rows of one INSERT where LOAD DATA is refused; about 100 KiB, far below any max_allowed_packet. */
const rowsPerInsert = 1000;
/** Lines go to the server in pieces of about this many characters. */
const pieceLength = 256 * 1024;

/** An interrupted ALTER TABLE of the largest sets ends within this. */
const lockWaitMaxSeconds = 120;

/** ER_NOT_ALLOWED_COMMAND, ER_CLIENT_LOCAL_FILES_DISABLED. */
const localInfileRefused = new Set([1148, 3948]);

const insertNotice =
  'the server refuses LOAD DATA LOCAL; using INSERT, which takes several times as long (allow it: SET GLOBAL local_infile = ON)';

/** Two connections, because one neither fills two cores nor keeps the server busy while it generates rows. */
export async function openMysqlLoader(url: string, options: LoaderOptions): Promise<BulkLoader> {
  const lanes: readonly (readonly TableName[])[] = [
    ['users', 'user_hierarchy', 'financial_funds'],
    ['customers', 'orders'],
  ];
  const main = await openMysqlConnection(url);
  const connections: Connection[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(
      [...connections, main].map((connection) => ('end' in connection ? connection.end() : connection.close())),
    );
  };
  try {
    for (const lane of lanes.keys()) {
      const connection = (await connectSession(url)).promise();
      connections.push(connection);
      await lockLane(connection, url, lane, options);
      await speedUpSession(connection, options);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const connectionOf = (table: TableName): Connection => connections[lanes.findIndex((lane) => lane.includes(table))]!;
  let useLoadData = true;

  const insertOnce = async (...[table, rows, rowCount, committedRows]: Parameters<BulkLoader['insertBatch']>) => {
    const connection = connectionOf(table);
    await connection.query('START TRANSACTION');
    try {
      if (useLoadData) await loadData(connection, table, rows(), rowCount);
      else await insertRows(connection, table, rows());
      await connection.query(setProgressSql('mysql'), [table, String(committedRows)]);
      await connection.query('COMMIT');
    } catch (error) {
      await connection.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  };

  return {
    connection: main,
    lanes,
    batchRowsDefault: 50_000,
    insertBatch: async (...batch) => {
      try {
        await insertOnce(...batch);
      } catch (error) {
        if (!isLocalInfileRefused(error)) throw error;
        if (useLoadData) options.notice(insertNotice);
        useLoadData = false;
        await insertOnce(...batch);
      }
    },
    dropIndexes: async (table, names) => {
      await connectionOf(table).query(
        `ALTER TABLE \`${table}\` ${names.map((name) => `DROP INDEX \`${name}\``).join(', ')}`,
      );
    },
    createIndexes: async (table, indexes) => {
      const adds = indexes.map(({ name, columns }) => `ADD INDEX \`${name}\` ${columns}`);
      await connectionOf(table).query(`ALTER TABLE \`${table}\` ${adds.join(', ')}`);
    },
    finish: async () => {
      if (options.serverIsAlone) await main.run(tellFollowersSql);
      await main.all(`ANALYZE NO_WRITE_TO_BINLOG TABLE ${tableNames.map((name) => `\`${name}\``).join(', ')}`);
    },
    close,
  };
}

/**
 * Changes nothing, but is in the binlog: whoever begins to follow while rows are loaded past it loads them again at the
 * end.
 */
const tellFollowersSql = 'ALTER TABLE `financial_funds`';

/**
 * Each working connection holds a lock of its own: a server goes on with a statement after its client was killed, and
 * nobody may load before that has ended.
 */
async function lockLane(connection: Connection, url: string, lane: number, { notice }: LoaderOptions): Promise<void> {
  // Lock names are the whole server's and have at most 64 characters.
  const databaseSum = createHash('sha256').update(new URL(url).pathname).digest('hex').slice(0, 32);
  const tryFor = async (seconds: number): Promise<boolean> => {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS got', [
      `seeder/${databaseSum}/${lane}`,
      seconds,
    ]);
    return Number(rows[0]?.['got']) === 1;
  };
  if (await tryFor(1)) return;
  notice('another seeder, or the last statement of an interrupted one, is at work on this database; waiting for it');
  if (!(await tryFor(lockWaitMaxSeconds))) {
    throw new SeederError('another seeder is loading this database; wait for it or stop it');
  }
}

function isLocalInfileRefused(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && localInfileRefused.has(Number(error.errno));
}

async function loadData(
  connection: Connection,
  table: TableName,
  rows: Iterable<Cell[]>,
  rowCount: number,
): Promise<void> {
  const [result] = await connection.query<ResultSetHeader>({
    sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE \`${table}\` CHARACTER SET utf8mb4 (${columnList(table, 'mysql')})`,
    infileStreamFactory: () => Readable.from(pieces(table, rows), { objectMode: true }),
  });
  // LOCAL turns errors into warnings and skips the rows.
  if (result.affectedRows !== rowCount || result.warningStatus !== 0) {
    const [warnings] = await connection.query('SHOW WARNINGS LIMIT 1');
    throw new Error(`${table}: ${result.affectedRows} of ${rowCount} rows were taken: ${JSON.stringify(warnings)}`);
  }
}

function* pieces(table: TableName, rows: Iterable<Cell[]>): Generator<Buffer> {
  const kinds = tableShapes[table].columns.map((column) => column.kind);
  const last = kinds.length - 1;
  let piece = '';
  for (const row of rows) {
    for (let index = 0; index <= last; index += 1) {
      const cell = row[index]!;
      piece += cell === null ? '\\N' : typeof cell === 'string' ? escapeText(cell) : numberText(cell, kinds[index]!);
      piece += index === last ? '\n' : '\t';
    }
    if (piece.length > pieceLength) {
      yield Buffer.from(piece);
      piece = '';
    }
  }
  if (piece !== '') yield Buffer.from(piece);
}

async function insertRows(connection: Connection, table: TableName, rows: Iterable<Cell[]>): Promise<void> {
  const kinds = tableShapes[table].columns.map((column) => column.kind);
  const insert = async (values: Cell[][]): Promise<void> => {
    if (values.length > 0)
      await connection.query(`INSERT INTO \`${table}\` (${columnList(table, 'mysql')}) VALUES ?`, [values]);
  };
  let values: Cell[][] = [];
  for (const row of rows) {
    values.push(row.map((cell, index) => (typeof cell === 'number' ? numberText(cell, kinds[index]!) : cell)));
    if (values.length === rowsPerInsert) {
      await insert(values);
      values = [];
    }
  }
  await insert(values);
}

function numberText(value: number, kind: ColumnKind): string {
  switch (kind) {
    case 'amount':
      return decimalFromCents(BigInt(value));
    case 'instant':
      return mysqlInstant(value);
    default:
      return String(value);
  }
}
