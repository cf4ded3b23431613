import { DomainError, type Freshness } from '@finance/domain';
import { MySqlDialect } from 'drizzle-orm/mysql-core';
import type { SQL } from 'drizzle-orm';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql, { type Connection, type PoolConnection, type ResultSetHeader } from 'mysql2/promise';
import { callerLeft, untilCallerLeaves } from '../caller-left.ts';
import type { Database, Row, SqlSession } from '../database.ts';
import { mysqlDialect } from './dialect.ts';
import { domainErrorOf, isConflict, isReadOnly } from './errors.ts';
import { historyPointOf } from '../position.ts';
import { ServerPool, type Lease } from './server-pool.ts';
import {
  askIdentity,
  readOnly,
  serverIdentityFrom,
  serverIdentitySql,
  serverStateFrom,
  serverStateSql,
  type ServerIdentity,
  type ServerState,
} from './server-state.ts';
import { connectBare, mysqlConnectionOptions, mysqlSessionStatements } from './session.ts';
import { typeCast } from './type-cast.ts';

/** What a pool may take from the server. */
export interface MysqlPoolOptions {
  /** Connections; each is one snapshot or transaction at a time. */
  readonly connectionsMax: number;
  /** Calls that may wait for a connection before new ones are refused with OVERLOADED. */
  readonly waitingMax: number;
  /** `replica`: it may follow another server, and nobody reads the newest state from it. Default `primary`. */
  readonly role?: 'primary' | 'replica';
  /** How often to look where the address leads, so that idle connections do not outlive a failover; never by default. */
  readonly lookEveryMs?: number;
  /** Told of the first server, of each other one that the address leads to, and when one begins or ceases to refuse writes. */
  readonly onServer?: (server: ServerIdentity) => void;
}

/** Fits two cores and leaves room for several instances within MySQL's default of 151 connections. */
export const mysqlPoolDefaults: MysqlPoolOptions = { connectionsMax: 10, waitingMax: 200 };

/** Idle connections end within milliseconds; a caller's statement would have been stopped by then. */
const closeMaxMs = 1_000;
/** A statement never outlives this, even when its client died without a word. Above any caller's deadline. */
const statementTimeMaxMs = 120_000;
/** Row locks are held for milliseconds; who waits longer is better off retrying. */
const lockWaitMaxSeconds = 5;
/** Within a group of several primaries one row that all of them write is lost several times in a row. */
const conflictTriesMax = 8;
/** Lost lock waits are not repeated for longer; a third one may end after it. */
const conflictTimeMaxMs = 2.5 * lockWaitMaxSeconds * 1000;
const conflictPauseMaxMs = 20;
/** What calls write is rolled back within milliseconds; a server that takes longer is as good as away. */
const rollbackMaxMs = 1_000;
/** A call does not follow an address that leads to another server each time for longer. */
const serverTriesMax = 4;

/** Of the sessions that serve calls. */
const callSettings = { max_execution_time: statementTimeMaxMs, innodb_lock_wait_timeout: lockWaitMaxSeconds };

const compiler = new MySqlDialect();

/** Opens a pool on a `mysql://user:password@host:port/database` URL. Connects lazily. */
export function openMysql(url: string, options: MysqlPoolOptions = mysqlPoolDefaults): Database {
  const sessionStatements = mysqlSessionStatements(url, callSettings);
  const connections = new Set<{ destroy(): void }>();
  const openPool = () => {
    const pool = mysql.createPool({
      ...mysqlConnectionOptions(url),
      connectionLimit: options.connectionsMax,
      queueLimit: options.waitingMax,
      enableKeepAlive: true,
      typeCast,
      // LOAD DATA LOCAL asks the client for files; only the seeder's own connection may.
      flags: ['-LOCAL_FILES'],
    });
    // Sent before anything else on a new connection, because mysql2 keeps the order.
    pool.pool.on('connection', (connection) => {
      connections.add(connection);
      connection.once('end', () => connections.delete(connection));
      for (const statement of sessionStatements) {
        // Nobody is served by a session that is not as it should be.
        connection.query(statement, (error) => error && connection.destroy());
      }
    });
    return pool;
  };
  const connect = async (): Promise<Connection> => (await connectBare(url)).promise();
  const servers = new ServerPool({
    openPool,
    connect,
    onServer: options.onServer ?? (() => undefined),
  });
  const isReplica = options.role === 'replica';
  const look = (): void => void servers.follow();
  const looking = options.lookEveryMs === undefined ? undefined : setInterval(look, options.lookEveryMs).unref();
  if (looking) look();

  /** Stops what a connection runs, through a connection of its own: the pool may be exhausted. */
  const stopStatement = async ({ connection: victim, generation }: Lease): Promise<void> => {
    let killer: Connection | undefined;
    try {
      killer = await connect();
      // On another server the same number is somebody else's connection.
      if ((await askIdentity(killer)).serverUuid === generation.server?.serverUuid) {
        await killer.query(`KILL QUERY ${victim.threadId}`);
      }
    } catch {
      // The server does not answer: the statement's time limit ends it.
    } finally {
      victim.destroy();
      await killer?.end().catch(() => undefined);
    }
  };

  const withLease = async <T>(signal: AbortSignal, work: (lease: Lease) => Promise<T>): Promise<T> => {
    if (signal.aborted) throw callerLeft(signal);
    const pending = servers.take();
    const lease = await untilCallerLeaves(signal, pending, () => {
      pending.then(
        (late) => servers.release(late),
        () => undefined,
      );
    }).catch((error: unknown) => {
      throw domainErrorOf(error);
    });
    const { connection } = lease;
    let stopped = false;
    try {
      const result = await untilCallerLeaves(signal, work(lease), () => {
        stopped = true;
        // The connection is destroyed afterwards: a late KILL must not hit the next call's statement.
        void stopStatement(lease);
      });
      servers.release(lease);
      return result;
    } catch (error) {
      if (!stopped) {
        await connection.query({ sql: 'ROLLBACK', timeout: rollbackMaxMs }).then(
          () => servers.release(lease),
          () => connection.destroy(),
        );
      }
      throw domainErrorOf(error);
    }
  };
  const withConnection = <T>(signal: AbortSignal, work: (connection: PoolConnection) => Promise<T>): Promise<T> =>
    withLease(signal, ({ connection }) => work(connection));

  const readState = async (connection: PoolConnection): Promise<ServerState> => {
    const [rows] = await connection.query(serverStateSql);
    return serverStateFrom((rows as Row[])[0]!);
  };
  const readIdentity = async (connection: PoolConnection): Promise<ServerIdentity> => {
    const [rows] = await connection.query(serverIdentitySql);
    return serverIdentityFrom((rows as Row[])[0]!);
  };

  /** Runs work on a connection of the server that the address leads to now. */
  const onServer = async <State extends ServerIdentity, T>(
    signal: AbortSignal,
    read: (connection: PoolConnection) => Promise<State>,
    wantsNewest: boolean,
    work: (connection: PoolConnection, state: State) => Promise<T>,
  ): Promise<T> => {
    for (let tryNumber = 1; ; tryNumber += 1) {
      const done = await withLease(signal, async (lease) => {
        const askedMs = performance.now();
        const state = await read(lease.connection).catch((error: unknown) => {
          if (!servers.hasDied(lease, error)) throw error;
        });
        servers.noteWait(lease, performance.now() - askedMs);
        if (!state) return undefined;
        // Whoever is led to another server each time takes what is there, if it can be written.
        const isAdmitted =
          isReplica ||
          (await servers.admits(lease, state, wantsNewest)) ||
          (tryNumber === serverTriesMax && !state.isReadOnly);
        return isAdmitted ? { value: await work(lease.connection, state) } : undefined;
      });
      if (done) return done.value;
      if (tryNumber === serverTriesMax) {
        throw new DomainError('DATABASE_UNAVAILABLE', 'the database changes its server; retry later');
      }
    }
  };

  const sessionOn = (connection: PoolConnection, signal: AbortSignal, position: string): SqlSession => {
    const send = async (query: SQL) => {
      // Between statements nothing else would notice that the caller has left.
      if (signal.aborted) throw callerLeft(signal);
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
    onServer(signal, readIdentity, false, async (connection, { isReadOnly }) => {
      // A user with enough rights could write even there, and the real primary would never know.
      if (isReadOnly) throw readOnly();
      await connection.query('START TRANSACTION READ WRITE');
      const value = await work(sessionOn(connection, signal, ''));
      if (signal.aborted) throw callerLeft(signal);
      await connection.query('COMMIT');
      // What is committed is told to the caller, whatever happens to the connection now.
      const state = await readState(connection).catch(() => undefined);
      return { value, position: state?.position ?? '' };
    });

  return {
    dialect: mysqlDialect,
    snapshot: (signal, work, freshness: Freshness = { kind: 'latest' }) =>
      // The position is read before the snapshot: a transaction is visible before its GTID is published.
      onServer(signal, readState, freshness.kind === 'latest', async (connection, { position }) => {
        await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
        const value = await work(sessionOn(connection, signal, position));
        await connection.query('COMMIT');
        return value;
      }),
    transaction: async (signal, work) => {
      const startedMs = performance.now();
      for (let tryNumber = 1; ; tryNumber += 1) {
        try {
          return await transactionOnce(signal, work);
        } catch (error) {
          // One that was refused for its server is repeated once: the connection may have been an old one.
          if (isReadOnly(causeOf(error)) && tryNumber === 1) continue;
          if (!isConflict(error)) throw error;
          if (tryNumber >= conflictTriesMax || performance.now() - startedMs > conflictTimeMaxMs) {
            throw new DomainError('CONFLICT', 'lost against concurrent writes; retry', {}, { cause: error });
          }
          // Two that meet again and again do so no longer when each waits for a time of its own.
          await sleep(tryNumber === 1 ? 0 : Math.random() * conflictPauseMaxMs);
        }
      }
    },
    hasReached: (signal, position) =>
      withConnection(signal, async (connection) => {
        const { historyId, point } = historyPointOf(position);
        if (!/^[0-9a-zA-Z_:,\- ]*$/.test(point)) return undefined;
        const [rows] = await connection.query(
          `SELECT GTID_SUBSET(?, @@global.gtid_executed) AS reached, (SELECT history_id FROM history WHERE id = 1) AS history_id`,
          [point],
        );
        const [row] = rows as { reached: bigint; history_id: string | null }[];
        return (row!.history_id ?? '') === historyId ? row!.reached === 1n : undefined;
      }),
    ping: (signal) => withConnection(signal, (connection) => connection.ping()),
    close: async () => {
      clearInterval(looking);
      const giveUp = new AbortController();
      // A server that is away cannot be taken leave of.
      await Promise.race([servers.close(), sleep(closeMaxMs, undefined, { signal: giveUp.signal })]).catch(
        () => undefined,
      );
      giveUp.abort();
      for (const connection of connections) connection.destroy();
    },
  };
}

/** What stands behind an error of ours. */
const causeOf = (error: unknown): unknown => (error instanceof DomainError ? error.cause : error);
