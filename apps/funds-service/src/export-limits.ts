import { belongsTo, DomainError } from '@finance/domain';
import type { Dialect } from '@finance/schema';
import { createPlaces, limitedAs, type RpcContext } from '@finance/service-kit';

/** Exports at a time, of one caller half of them: each takes processor time and, of the index, 4 bytes a fund. */
const exportsMax = 8;

/** Of these, those that hold a connection while their caller reads: of ten on MySQL and of three of SQLite's readers. */
const onConnectionMax: Readonly<Record<Dialect['name'], number>> = { mysql: 4, sqlite: 2 };

/** A snapshot held for longer makes the database keep too many old rows. A million funds take 5 to 30 s. */
const exportTimeMaxMs = 600_000;

/** Bounds exports in number and time. */
export interface ExportLimits {
  /**
   * Runs an export with a context whose signal aborts for the caller's reasons, when the server drains or when the
   * time is over. @throws DomainError OVERLOADED when enough exports run
   */
  run(context: RpcContext, work: (context: RpcContext) => Promise<void>): Promise<void>;
  /** A place among the exports that hold a connection; to be given back. @throws DomainError OVERLOADED */
  holdConnection(context: RpcContext): () => void;
}

/** The limits of one process on one database. */
export function createExportLimits(engine: Dialect['name'], timeMaxMs = exportTimeMaxMs): ExportLimits {
  const places = exportPlaces(exportsMax);
  const connections = exportPlaces(onConnectionMax[engine]);
  return {
    holdConnection: ({ caller }) => connections.take(limitedAs(caller)),
    run: async (context, work) => {
      const release = places.take(limitedAs(context.caller));
      const end = new AbortController();
      belongsTo(end.signal, limitedAs(context.caller));
      const callerLeaves = (): void => end.abort(context.signal.reason);
      const serverDrains = (): void => end.abort(drained());
      const timer = setTimeout(() => end.abort(tooLong(timeMaxMs)), timeMaxMs);
      const listeners = new AbortController();
      context.signal.addEventListener('abort', callerLeaves, { signal: listeners.signal });
      context.draining.addEventListener('abort', serverDrains, { signal: listeners.signal });
      if (context.signal.aborted) callerLeaves();
      if (context.draining.aborted) serverDrains();
      try {
        await work(withSignal(context, end.signal));
      } finally {
        release();
        clearTimeout(timer);
        listeners.abort();
      }
    },
  };
}

const drained = (): DomainError =>
  new DomainError(
    'SERVER_SHUTTING_DOWN',
    'this server is shutting down and the export is not complete: start it again',
  );

const tooLong = (timeMaxMs: number): DomainError =>
  new DomainError(
    'DEADLINE_EXCEEDED',
    `the export took more than ${timeMaxMs / 1_000} s and is not complete; narrow its filter or read it faster`,
    { max_seconds: String(timeMaxMs / 1_000) },
  );

const exportPlaces = (max: number) => {
  const ofCaller = max / 2;
  return createPlaces(
    max,
    ofCaller,
    overloaded(max, `${max} exports run already, which is all this server takes at a time; retry later`),
    overloaded(
      ofCaller,
      `${ofCaller} exports of this caller run already, which is its share; retry when one has ended`,
    ),
  );
};

const overloaded = (max: number, why: string): DomainError => new DomainError('OVERLOADED', why, { max: String(max) });

/** Field by field: a context may compute some of them when asked. */
const withSignal = (context: RpcContext, signal: AbortSignal): RpcContext => ({
  signal,
  draining: context.draining,
  deadlineMs: context.deadlineMs,
  requestId: context.requestId,
  log: context.log,
  caller: context.caller,
  callerAddress: context.callerAddress,
  turn: () => context.turn(),
  measured: (work) => context.measured(work),
});
