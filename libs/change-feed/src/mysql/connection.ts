import { Duplex } from 'node:stream';
import { inOwnWords } from '@finance/domain';
import { connectMysql, groupConsistencySql, serverStateFrom, serverStateSql, type ServerState } from '@finance/schema';
import type { Connection } from 'mysql2';
import { ChangeFeedError } from '../change-feed-error.ts';

const connectTimeoutMs = 3_000;
/** For statements that read no tables: a server that takes longer is as good as away. */
const answerTimeMaxMs = 3_000;

/** Opens a connection of the feed's own. @throws ChangeFeedError `unavailable`, `setup` for a refused login */
export async function connect(url: string): Promise<Connection> {
  try {
    const connection = await connectMysql(url, {
      connectTimeout: connectTimeoutMs,
      enableKeepAlive: true,
      flags: ['-LOCAL_FILES'],
    });
    connection.query(groupConsistencySql, () => undefined);
    return connection;
  } catch (error) {
    throw feedErrorOf(error);
  }
}

/** The socket, once logged in. */
export function socketOf(connection: Connection): Duplex {
  const holder: object = connection;
  const stream = 'stream' in holder ? holder.stream : undefined;
  if (!(stream instanceof Duplex)) throw new Error('mysql2 has no stream');
  return stream;
}

/** Ends a connection at once: mysql2's own destroy only says goodbye, which a server that sends does not hear. */
export function drop(connection: Connection): void {
  connection.destroy();
  socketOf(connection).destroy();
}

/** Runs a statement that answers soon. */
export async function run(connection: Connection, sql: string): Promise<void> {
  await connection.promise().query({ sql, timeout: answerTimeMaxMs });
}

/** ER_ACCESS_DENIED_ERROR, ER_DBACCESS_DENIED_ERROR, ER_BAD_DB_ERROR, ER_SPECIFIC_ACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR. */
const setupErrorNumbers = new Set([1044, 1045, 1049, 1142, 1227]);

/** An error of mysql2, or of a row that cannot be read, as one of the feed's. */
export function feedErrorOf(error: unknown): ChangeFeedError {
  if (error instanceof ChangeFeedError) return error;
  const message = inOwnWords(error);
  const isConnections =
    error instanceof Error && !(error instanceof RangeError) && ('code' in error || 'fatal' in error);
  if (!isConnections) return new ChangeFeedError('setup', message, { cause: error });
  const number = 'errno' in error ? Number(error.errno) : 0;
  return setupErrorNumbers.has(number)
    ? new ChangeFeedError('setup', `MySQL refuses: ${message}`, { cause: error })
    : new ChangeFeedError('unavailable', `MySQL does not answer: ${message}`, { cause: error });
}

/** Rows of a small query, values as text. */
export async function textRows(
  connection: Connection,
  sql: string,
  values: readonly string[] = [],
): Promise<Record<string, string | null>[]> {
  const [rows] = await connection.promise().query({
    sql,
    values: [...values],
    typeCast: (field) => field.string(),
    timeout: answerTimeMaxMs,
  });
  return rows as Record<string, string | null>[];
}

/** What the server tells about itself. Asked before every answer, so without promises of mysql2's. */
export function readServerState(connection: Connection): Promise<ServerState> {
  return new Promise((resolve, reject) => {
    connection.query(
      { sql: serverStateSql, typeCast: (field) => field.string(), timeout: answerTimeMaxMs },
      (error, rows) => {
        if (error) reject(error);
        else resolve(serverStateFrom((rows as Record<string, string>[])[0]!));
      },
    );
  });
}
