import { DomainError } from '@finance/domain';
import { callerLeft } from '../caller-left.ts';
import { SqliteConnection } from './connection.ts';

/** Connections lent to one caller at a time, first come first served. */
export class SqliteConnectionPool {
  private readonly file: string;
  private readonly connectionsMax: number;
  private readonly waitingMax: number;
  private readonly idle: SqliteConnection[] = [];
  private readonly waiting: ((connection: SqliteConnection) => void)[] = [];
  private open = 0;

  constructor(file: string, connectionsMax: number, waitingMax: number) {
    this.file = file;
    this.connectionsMax = connectionsMax;
    this.waitingMax = waitingMax;
  }

  /** @throws DomainError OVERLOADED when too many wait already, or what the signal aborted with. */
  async acquire(signal: AbortSignal): Promise<SqliteConnection> {
    if (signal.aborted) throw callerLeft(signal);
    const connection = this.idle.pop();
    if (connection) return connection;
    if (this.open < this.connectionsMax) {
      this.open += 1;
      return new SqliteConnection(this.file);
    }
    if (this.waiting.length >= this.waitingMax) {
      throw new DomainError('OVERLOADED', 'too many calls wait for the database; retry later');
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(take), 1);
        reject(callerLeft(signal));
      };
      const take = (next: SqliteConnection): void => {
        signal.removeEventListener('abort', leave);
        resolve(next);
      };
      this.waiting.push(take);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  release(connection: SqliteConnection): void {
    const usable = connection.alive ? connection : new SqliteConnection(this.file);
    const next = this.waiting.shift();
    if (next) next(usable);
    else this.idle.push(usable);
  }

  /** Closes idle connections; lent ones must have been released. */
  async close(): Promise<void> {
    this.open = 0;
    await Promise.all(
      this.idle.splice(0).map((connection) => connection.send({ kind: 'close' }).catch(() => undefined)),
    );
  }
}
