import { DomainError } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import { untilCallerLeaves } from '../caller-left.ts';
import type { Database, Row, SqlSession } from '../database.ts';
import { SqliteConnectionPool } from './connection-pool.ts';
import type { SqliteConnection } from './connection.ts';
import { historyPointOf } from '../position.ts';
import { sqliteDialect } from './dialect.ts';
import { domainErrorOf } from './errors.ts';
import { sqlitePositionSql } from './position-sql.ts';

/** One for each core of the smallest machine we serve from, one for who comes beside them, one for pings. */
const readersMax = 4;
/** Calls that may wait for a thread before new ones are refused with OVERLOADED. */
const waitingMax = 200;

const compiler = new SQLiteSyncDialect();

/** For a write to a file that nobody will ever read. */
const replaced = (): DomainError =>
  new DomainError('DATABASE_UNAVAILABLE', 'the database file was replaced by another one; retry');

/**
 * Opens a SQLite file, or `:memory:` (then one connection does everything, because nobody else can see it).
 * Reads run in WAL snapshots on threads of their own; writes queue on one thread.
 */
export function openSqlite(file: string): Database {
  const readers = new SqliteConnectionPool(file, file === ':memory:' ? 1 : readersMax, waitingMax);
  const writer = file === ':memory:' ? readers : new SqliteConnectionPool(file, 1, waitingMax);

  const withConnection = async <T>(
    pool: SqliteConnectionPool,
    signal: AbortSignal,
    begin: string,
    work: (connection: SqliteConnection) => Promise<T>,
  ): Promise<T> => {
    if (pool !== writer) writer.discardReplaced();
    const connection = await pool.acquire(signal);
    const unit = (async () => {
      try {
        await connection.send({ kind: 'exec', sql: begin });
        const value = await work(connection);
        await connection.send({ kind: 'exec', sql: 'COMMIT' });
        return value;
      } catch (error) {
        await connection.send({ kind: 'exec', sql: 'ROLLBACK' }).catch(() => undefined);
        throw domainErrorOf(error);
      } finally {
        connection.resetInterrupt();
        pool.release(connection);
      }
    })();
    return untilCallerLeaves(signal, unit, () => connection.interrupt());
  };

  const sessionOn = (connection: SqliteConnection, signal: AbortSignal, position: string): SqlSession => {
    const send = (kind: 'all' | 'run', query: SQL) => {
      // Between statements nothing else would notice that the caller has left.
      signal.throwIfAborted();
      const compiled = compiler.sqlToQuery(query);
      return connection.send({ kind, sql: compiled.sql, params: compiled.params });
    };
    return {
      dialect: sqliteDialect,
      position,
      all: async (query) => (await send('all', query)) as Row[],
      run: async (statement) => (await send('run', statement)) as { affectedRows: number; insertId: bigint },
    };
  };

  const readPosition = async (connection: SqliteConnection, signal: AbortSignal): Promise<string> => {
    const [row] = await sessionOn(connection, signal, '').all(sql.raw(sqlitePositionSql));
    return String(row!['position']);
  };

  const hasReached = async (session: SqlSession, newest: string, position: string): Promise<boolean | undefined> => {
    const wanted = historyPointOf(position);
    const [, sequence, mark] = /^(\d{1,18})\.(-?\d{1,19})$/.exec(wanted.point) ?? [];
    if (sequence === undefined || wanted.historyId !== historyPointOf(newest).historyId) return undefined;
    if (BigInt(sequence) > BigInt(historyPointOf(newest).point.split('.')[0]!)) return false;
    // An entry of the same number may be another one's: of a file that was restored since.
    const [entry] = await session.all(
      sql`SELECT COALESCE(mark, 0) AS mark FROM change_log WHERE sequence = ${BigInt(sequence)}`,
    );
    return entry && String(entry['mark']) !== mark ? undefined : true;
  };

  return {
    dialect: sqliteDialect,
    snapshot: (signal, work) =>
      withConnection(readers, signal, 'BEGIN', async (connection) =>
        work(sessionOn(connection, signal, await readPosition(connection, signal))),
      ),
    transaction: (signal, work) =>
      withConnection(writer, signal, 'BEGIN IMMEDIATE', async (connection) => {
        const session = sessionOn(connection, signal, '');
        const value = await work(session);
        const position = await readPosition(connection, signal);
        if (!writer.isCurrent(connection)) throw replaced();
        return { value, position };
      }),
    hasReached: (signal, position) =>
      withConnection(readers, signal, 'BEGIN', async (connection) =>
        hasReached(sessionOn(connection, signal, ''), await readPosition(connection, signal), position),
      ),
    ping: (signal) => withConnection(readers, signal, 'BEGIN', async () => undefined),
    close: async () => {
      await Promise.all([readers.close(), writer === readers ? undefined : writer.close()]);
    },
  };
}
