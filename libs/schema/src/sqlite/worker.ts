import Sqlite from 'better-sqlite3';
import { parentPort, workerData } from 'node:worker_threads';
import { sqliteOpenSettings } from './open-settings.ts';

/** What the pool sends. `sql` may be several statements only for `exec`. */
export type WorkerRequest =
  | { readonly kind: 'all' | 'run'; readonly sql: string; readonly params: readonly unknown[] }
  | { readonly kind: 'exec'; readonly sql: string }
  | { readonly kind: 'close' };

/** What comes back, one for each request, in order. */
export type WorkerReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly code: string | undefined };

export interface WorkerStart {
  readonly file: string;
  /** Int32 cell; 1 when the caller of the running statement has left. */
  readonly callerLeft: SharedArrayBuffer;
}

/** Prepared statements kept; the service has about 60 named queries, pages vary by sort and filter. */
const statementsMax = 500;

const start = workerData as WorkerStart;
const callerLeft = new Int32Array(start.callerLeft);
const database = new Sqlite(start.file);
database.defaultSafeIntegers(true);
database.exec(sqliteOpenSettings);
database.function('caller_waits', { deterministic: false, safeIntegers: false }, () => {
  if (Atomics.load(callerLeft, 0) === 1) throw new Error('the caller left');
  return 1;
});

const statements = new Map<string, Sqlite.Statement>();
const prepare = (text: string): Sqlite.Statement => {
  let statement = statements.get(text);
  if (!statement) {
    statement = database.prepare(text);
    if (statements.size >= statementsMax) statements.delete(statements.keys().next().value!);
    statements.set(text, statement);
  }
  return statement;
};

const execute = (request: WorkerRequest): unknown => {
  switch (request.kind) {
    case 'all':
      return prepare(request.sql).all(...request.params);
    case 'run': {
      const { changes, lastInsertRowid } = prepare(request.sql).run(...request.params);
      return { affectedRows: Number(changes), insertId: BigInt(lastInsertRowid) };
    }
    case 'exec':
      database.exec(request.sql);
      return undefined;
    case 'close':
      database.close();
      return undefined;
  }
};

parentPort!.on('message', (request: WorkerRequest) => {
  let reply: WorkerReply;
  try {
    reply = { ok: true, value: execute(request) };
  } catch (error) {
    const code = error instanceof Sqlite.SqliteError ? error.code : undefined;
    reply = { ok: false, message: error instanceof Error ? error.message : String(error), code };
  }
  parentPort!.postMessage(reply);
  if (request.kind === 'close') parentPort!.close();
});
