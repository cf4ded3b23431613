import { DomainError } from '@finance/domain';
import { Worker } from 'node:worker_threads';
import { fileIdentity } from './file-identity.ts';
import type { WorkerReply, WorkerRequest, WorkerStart } from './worker.ts';

/** A SQLite failure with its extended code, such as SQLITE_CONSTRAINT_PRIMARYKEY. Never shown to callers. */
export class SqliteFailure extends Error {
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.name = 'SqliteFailure';
    this.code = code;
  }
}

/** One SQLite connection in a thread of its own, so that a long query holds up nobody else. One request at a time. */
export class SqliteConnection {
  /** Of the file that it opened. */
  readonly identity: string;
  private readonly worker: Worker;
  private readonly callerLeft: Int32Array;
  private waiting: { resolve: (value: unknown) => void; reject: (error: unknown) => void } | undefined;
  private dead: Error | undefined;

  constructor(file: string) {
    this.identity = fileIdentity(file);
    const callerLeft = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.callerLeft = new Int32Array(callerLeft);
    const workerData: WorkerStart = { file, callerLeft };
    this.worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
    this.worker.unref();
    this.worker.on('message', (reply: WorkerReply) => {
      const { waiting } = this;
      this.waiting = undefined;
      if (reply.ok) waiting?.resolve(reply.value);
      else waiting?.reject(new SqliteFailure(reply.message, reply.code));
    });
    this.worker.on('error', (error) => this.die(error));
    this.worker.on('exit', () => this.die(new Error('the SQLite thread ended')));
  }

  /** Whether the thread can take requests. */
  get alive(): boolean {
    return this.dead === undefined;
  }

  send(request: WorkerRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.dead) {
        reject(
          new DomainError(
            'DATABASE_UNAVAILABLE',
            'the database does not answer; retry later',
            {},
            { cause: this.dead },
          ),
        );
        return;
      }
      this.waiting = { resolve, reject };
      this.worker.ref();
      this.worker.postMessage(request);
    }).finally(() => this.worker.unref());
  }

  /** Makes the running statement fail at its next `caller_waits()`. */
  interrupt(): void {
    Atomics.store(this.callerLeft, 0, 1);
  }

  /** Takes an interrupt back before the connection serves the next caller. */
  resetInterrupt(): void {
    Atomics.store(this.callerLeft, 0, 0);
  }

  private die(error: unknown): void {
    this.dead ??= error instanceof Error ? error : new Error(String(error));
    this.waiting?.reject(this.dead);
    this.waiting = undefined;
  }
}
