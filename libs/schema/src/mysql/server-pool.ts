import type { Connection as CoreConnection } from 'mysql2';
import type { Connection, Pool, PoolConnection } from 'mysql2/promise';
import {
  askIdentity,
  groupConsistencySql,
  knowsNewest,
  notTheNewest,
  silenceMaxMs,
  type ServerIdentity,
} from './server-state.ts';

/** A connection in use. It goes back by `release`, or is destroyed. */
export interface Lease {
  readonly connection: PoolConnection;
  readonly generation: Generation;
  /** Whether it was idle before: it may have died in the meantime. */
  readonly wasIdle: boolean;
}

/** The connections that lead to one server, in one role of it. */
interface Generation {
  readonly pool: Pool;
  readonly idle: Set<{ destroy(): void }>;
  server: ServerIdentity | undefined;
  isDropped: boolean;
  /** Its server has been silent: by now another one may be the primary, which a server that goes on learns last. */
  isSuspect: boolean;
}

export interface ServerPoolOptions {
  readonly openPool: () => Pool;
  /** A connection that belongs to no pool. */
  readonly connect: () => Promise<Connection>;
  /** Told whenever the address leads to another server, or the server begins or ceases to refuse writes. */
  readonly onServer: (server: ServerIdentity) => void;
}

/** Where the address led when it was asked last. */
type Address = ServerIdentity & { readonly knowsNewest: boolean };

/** Between two questions for calls that wait: in a failover there may be thousands a second. */
const askPauseMs = 20;

/**
 * Connections to the server that an address leads to now. Connections outlive a failover, so all of them are dropped as
 * soon as one shows that the address leads to another server, or that the server has begun or ceased to refuse writes.
 */
export class ServerPool {
  private readonly options: ServerPoolOptions;
  private current: Generation;
  private told: ServerIdentity | undefined;
  private asking: Promise<Address> | undefined;
  private askingNext: Promise<Address> | undefined;

  constructor(options: ServerPoolOptions) {
    this.options = options;
    this.current = this.open();
  }

  /** A connection of the present server. What was waited for while the server changed is thrown away. */
  async take(): Promise<Lease> {
    for (;;) {
      const generation = this.current;
      const connection = await generation.pool.getConnection();
      const wasIdle = generation.idle.delete(connection.connection);
      if (!generation.isDropped) return { connection, generation, wasIdle };
      connection.destroy();
    }
  }

  release({ connection, generation }: Lease): void {
    if (generation.isDropped) {
      connection.destroy();
    } else {
      generation.idle.add(connection.connection);
      connection.release();
    }
  }

  /**
   * Whether a connection, whose server has just said this, may be used for work; false once it has been dropped with all
   * like it: take another one. A server that refuses writes is used only while the address still leads to it.
   * @throws DomainError CONSISTENCY_UNAVAILABLE when the newest state is wanted and the server cannot give it
   */
  async admits({ generation }: Lease, state: ServerIdentity, wantsNewest: boolean): Promise<boolean> {
    if (!this.belongs(generation, state)) return false;
    if (!state.isReadOnly && !generation.isSuspect) return true;
    const address = await this.ask();
    if (!this.belongs(generation, address)) return false;
    generation.isSuspect = false;
    if (wantsNewest && !address.knowsNewest) throw notTheNewest();
    return true;
  }

  /**
   * Whether a connection failed at its first statement only because it had died while it was idle, as all of them do when
   * their server ends: they are dropped, and the next one is made anew.
   */
  hasDied({ generation, wasIdle }: Lease, error: unknown): boolean {
    const isLost = wasIdle && error instanceof Error && 'fatal' in error && error.fatal === true;
    if (isLost) this.drop(generation);
    return isLost;
  }

  /** To be told how long a connection has waited for its server. */
  noteWait({ generation }: Lease, waitedMs: number): void {
    if (waitedMs > silenceMaxMs) generation.isSuspect = true;
  }

  /** Finds out where the address leads, and moves there. */
  async follow(): Promise<void> {
    const suspect = this.current;
    const timer = setTimeout(() => (suspect.isSuspect = true), silenceMaxMs);
    try {
      const address = await this.ask();
      this.belongs(this.current, address);
    } catch {
      suspect.isSuspect = true;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.current.pool.end();
  }

  /** Whether a server is the one of these connections, which are dropped when not. */
  private belongs(generation: Generation, { serverUuid, isReadOnly }: ServerIdentity): boolean {
    if (generation.isDropped) return false;
    generation.server ??= { serverUuid, isReadOnly };
    const { server } = generation;
    if (server.serverUuid === serverUuid && server.isReadOnly === isReadOnly) {
      if (this.told !== server) this.tell(server);
      return true;
    }
    this.drop(generation);
    return false;
  }

  private drop(generation: Generation): void {
    if (generation.isDropped) return;
    generation.isDropped = true;
    for (const connection of generation.idle) connection.destroy();
    generation.idle.clear();
    this.current = this.open();
  }

  private tell(server: ServerIdentity): void {
    const before = this.told;
    this.told = server;
    if (before?.serverUuid === server.serverUuid && before.isReadOnly === server.isReadOnly) return;
    this.options.onServer(server);
  }

  /** By a connection that is made after this call. One answers all calls that waited when it was begun. */
  private ask(): Promise<Address> {
    if (!this.asking) return this.startAsking();
    const startNext = async (): Promise<Address> => {
      await new Promise((resolve) => setTimeout(resolve, askPauseMs));
      this.askingNext = undefined;
      return this.startAsking();
    };
    return (this.askingNext ??= this.asking.then(startNext, startNext));
  }

  private startAsking(): Promise<Address> {
    const asking = this.askTwice().finally(() => {
      if (this.asking === asking) this.asking = undefined;
    });
    this.asking = asking;
    return asking;
  }

  /** What took long may have been begun with a server that was halted, and was not led elsewhere any more. */
  private async askTwice(): Promise<Address> {
    const startedMs = performance.now();
    const address = await this.askAnew();
    return performance.now() - startedMs > silenceMaxMs ? this.askAnew() : address;
  }

  private async askAnew(): Promise<Address> {
    const connection = await this.options.connect();
    try {
      const state = await askIdentity(connection);
      const address = { ...state, knowsNewest: await knowsNewest(connection, state) };
      // Without a word of goodbye the server would count it as aborted.
      connection.end().catch(() => connection.destroy());
      return address;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  private open(): Generation {
    const pool = this.options.openPool();
    const generation: Generation = { pool, idle: new Set(), server: undefined, isDropped: false, isSuspect: false };
    pool.pool.on('connection', (connection: CoreConnection) => {
      connection.once('end', () => generation.idle.delete(connection));
      connection.query(groupConsistencySql, () => undefined);
    });
    return generation;
  }
}
