import { DomainError } from '@finance/domain';
import { callerLeft } from '../caller-left.ts';
import { makePrivate } from '../private-files.ts';
import { SqliteConnection } from './connection.ts';
import { fileIdentity } from './file-identity.ts';

/** A call that waits for a connection. */
interface Waiter {
  readonly take: (connection: SqliteConnection) => void;
  readonly fail: (error: unknown) => void;
}

/** Connections lent to one caller at a time, first come first served. */
export class SqliteConnectionPool {
  private readonly file: string;
  private readonly connectionsMax: number;
  private readonly waitingMax: number;
  private readonly idle: SqliteConnection[] = [];
  private readonly waiting: Waiter[] = [];
  private open = 0;
  private hasOpened = false;

  constructor(file: string, connectionsMax: number, waitingMax: number) {
    this.file = file;
    this.connectionsMax = connectionsMax;
    this.waitingMax = waitingMax;
  }

  /** @throws DomainError OVERLOADED when too many wait already, or what the signal aborted with. */
  async acquire(signal: AbortSignal): Promise<SqliteConnection> {
    if (signal.aborted) throw callerLeft(signal);
    this.requireFile();
    this.discardReplaced();
    const idle = this.idle.pop();
    if (idle) return idle;
    if (this.open < this.connectionsMax) return this.connect();
    if (this.waiting.length >= this.waitingMax) {
      throw new DomainError('OVERLOADED', 'too many calls wait for the database; retry later');
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(callerLeft(signal));
      };
      const waiter: Waiter = {
        take: (connection) => {
          signal.removeEventListener('abort', leave);
          resolve(connection);
        },
        fail: (error) => {
          signal.removeEventListener('abort', leave);
          reject(error);
        },
      };
      this.waiting.push(waiter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  release(connection: SqliteConnection): void {
    if (connection.alive && this.isCurrent(connection)) {
      const next = this.waiting.shift();
      if (next) next.take(connection);
      else this.idle.push(connection);
      return;
    }
    this.discard(connection);
    if (this.waiting.length === 0) return;
    try {
      const fresh = this.connect();
      this.waiting.shift()!.take(fresh);
    } catch (error) {
      // Nobody else may come back with a connection.
      for (const waiter of this.waiting.splice(0)) waiter.fail(error);
    }
  }

  /** Whether a connection is to the file that stands at the path now. */
  isCurrent({ identity }: SqliteConnection): boolean {
    return identity === fileIdentity(this.file);
  }

  /** Closes idle connections to a file that stands at the path no more: it would keep its room on the disk. */
  discardReplaced(): void {
    const replaced = this.idle.filter((each) => !this.isCurrent(each));
    for (const each of replaced) {
      this.idle.splice(this.idle.indexOf(each), 1);
      this.discard(each);
    }
  }

  private connect(): SqliteConnection {
    this.requireFile();
    makePrivate(this.file);
    const connection = new SqliteConnection(this.file);
    this.open += 1;
    this.hasOpened = true;
    return connection;
  }

  /** Opening would make an empty one. */
  private requireFile(): void {
    if (fileIdentity(this.file) === '' && this.hasOpened && this.file !== ':memory:') {
      throw new DomainError('DATABASE_UNAVAILABLE', 'the database file is not there; retry later');
    }
  }

  /** One that is dead, or of a file that another one has replaced. */
  private discard(connection: SqliteConnection): void {
    this.open -= 1;
    connection.send({ kind: 'close' }).catch(() => undefined);
  }

  /** Closes idle connections; lent ones must have been released. */
  async close(): Promise<void> {
    this.open = 0;
    await Promise.all(
      this.idle.splice(0).map((connection) => connection.send({ kind: 'close' }).catch(() => undefined)),
    );
  }
}
