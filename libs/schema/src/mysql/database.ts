import { DomainError } from '@finance/domain';
import { MySqlDialect } from 'drizzle-orm/mysql-core';
import type { SQL } from 'drizzle-orm';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql, { type Connection, type Pool, type PoolConnection, type ResultSetHeader } from 'mysql2/promise';
import { callerLeft, untilCallerLeaves } from '../caller-left.ts';
import type { Database, Row, SqlSession } from '../database.ts';
import { mysqlDialect } from './dialect.ts';
import { domainErrorOf, isRetryable } from './errors.ts';
import { typeCast } from './type-cast.ts';

/** What a pool may take from the server. */
export interface MysqlPoolOptions {
  /** Connections; each is one snapshot or transaction at a time. */
  readonly connectionsMax: number;
  /** Calls that may wait for a connection before new ones are refused with OVERLOADED. */
  readonly waitingMax: number;
}

/** Fits two cores and leaves room for several instances within MySQL's default of 151 connections. */
export const mysqlPoolDefaults: MysqlPoolOptions = { connectionsMax: 10, waitingMax: 200 };

const connectTimeoutMs = 5_000;
/** Idle connections end within milliseconds; a caller's statement would have been stopped by then. */
const closeMaxMs = 1_000;
/** A statement never outlives this, even when its client died without a word. Above any caller's deadline. */
const statementTimeMaxMs = 120_000;
/** Row locks are held for milliseconds; who waits longer is better off retrying. */
const lockWaitMaxSeconds = 5;
const transactionTriesMax = 3;

const sessionSettings = `SET SESSION transaction_isolation = 'REPEATABLE-READ', time_zone = '+00:00',
  sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO',
  max_execution_time = ${statementTimeMaxMs}, innodb_lock_wait_timeout = ${lockWaitMaxSeconds}`;

const compiler = new MySqlDialect();

/** Opens a pool on a `mysql://user:password@host:port/database` URL. Connects lazily. */
export function openMysql(url: string, options: MysqlPoolOptions = mysqlPoolDefaults): Database {
  const connectionOptions = { uri: url, connectTimeout: connectTimeoutMs, charset: 'UTF8MB4_BIN' };
  const pool: Pool = mysql.createPool({
    ...connectionOptions,
    connectionLimit: options.connectionsMax,
    queueLimit: options.waitingMax,
    enableKeepAlive: true,
    supportBigNumbers: true,
    typeCast,
    // LOAD DATA LOCAL asks the client for files; only the seeder's own connection may.
    flags: ['-LOCAL_FILES'],
  });
  const connections = new Set<{ destroy(): void }>();
  // Sent before anything else on a new connection, because mysql2 keeps the order.
  pool.pool.on('connection', (connection) => {
    connections.add(connection);
    connection.once('end', () => connections.delete(connection));
    connection.query(sessionSettings);
  });

  /** Stops what a connection runs, through a connection of its own: the pool may be exhausted. */
  const stopStatement = async (victim: PoolConnection): Promise<void> => {
    let killer: Connection | undefined;
    try {
      killer = await mysql.createConnection(connectionOptions);
      await killer.query(`KILL QUERY ${victim.threadId}`);
    } catch {
      // The server does not answer: the statement's time limit ends it.
    } finally {
      victim.destroy();
      await killer?.end().catch(() => undefined);
    }
  };

  const withConnection = async <T>(
    signal: AbortSignal,
    work: (connection: PoolConnection) => Promise<T>,
  ): Promise<T> => {
    if (signal.aborted) throw callerLeft(signal);
    const pending = pool.getConnection();
    const connection = await untilCallerLeaves(signal, pending, () => {
      pending.then(
        (late) => late.release(),
        () => undefined,
      );
    }).catch((error: unknown) => {
      throw domainErrorOf(error);
    });
    let stopped = false;
    try {
      const result = await untilCallerLeaves(signal, work(connection), () => {
        stopped = true;
        // The connection is destroyed afterwards: a late KILL must not hit the next call's statement.
        void stopStatement(connection);
      });
      connection.release();
      return result;
    } catch (error) {
      if (!stopped) {
        await connection.query('ROLLBACK').then(
          () => connection.release(),
          () => connection.destroy(),
        );
      }
      throw domainErrorOf(error);
    }
  };

  const readPosition = async (connection: PoolConnection): Promise<string> => {
    const [rows] = await connection.query('SELECT @@global.gtid_executed AS position');
    return String((rows as { position: string }[])[0]!.position).replaceAll('\n', '');
  };

  const sessionOn = (connection: PoolConnection, position: string): SqlSession => {
    const send = async (query: SQL) => {
      const compiled = compiler.sqlToQuery(query);
      return connection.query(compiled.sql, compiled.params);
    };
    return {
      dialect: mysqlDialect,
      position,
      all: async (query) => (await send(query))[0] as Row[],
      run: async (statement) => {
        const header = (await send(statement))[0] as ResultSetHeader;
        return { affectedRows: header.affectedRows, insertId: BigInt(header.insertId) };
      },
    };
  };

  const transactionOnce = <T>(signal: AbortSignal, work: (session: SqlSession) => Promise<T>) =>
    withConnection(signal, async (connection) => {
      await connection.query('START TRANSACTION');
      const value = await work(sessionOn(connection, ''));
      await connection.query('COMMIT');
      return { value, position: await readPosition(connection) };
    });

  return {
    dialect: mysqlDialect,
    snapshot: (signal, work) =>
      withConnection(signal, async (connection) => {
        // Read before the snapshot: a transaction is visible before its GTID is published.
        const position = await readPosition(connection);
        await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
        const value = await work(sessionOn(connection, position));
        await connection.query('COMMIT');
        return value;
      }),
    transaction: async (signal, work) => {
      for (let tryNumber = 1; ; tryNumber += 1) {
        try {
          return await transactionOnce(signal, work);
        } catch (error) {
          if (!isRetryable(error)) throw error;
          if (tryNumber === transactionTriesMax) {
            throw new DomainError('CONFLICT', 'lost against concurrent writes; retry', {}, { cause: error });
          }
        }
      }
    },
    hasReached: (signal, position) =>
      withConnection(signal, async (connection) => {
        if (!/^[0-9a-zA-Z_:,\- ]*$/.test(position)) return undefined;
        const [rows] = await connection.query('SELECT GTID_SUBSET(?, @@global.gtid_executed) AS reached', [position]);
        return (rows as { reached: bigint }[])[0]!.reached === 1n;
      }),
    ping: (signal) => withConnection(signal, (connection) => connection.ping()),
    close: async () => {
      const giveUp = new AbortController();
      // A server that is away cannot be taken leave of.
      await Promise.race([pool.end(), sleep(closeMaxMs, undefined, { signal: giveUp.signal })]).catch(() => undefined);
      giveUp.abort();
      for (const connection of connections) connection.destroy();
    },
  };
}
