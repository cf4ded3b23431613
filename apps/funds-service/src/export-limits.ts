import { DomainError } from '@finance/domain';
import type { Dialect } from '@finance/schema';
import type { RpcContext } from '@finance/service-kit';

/**
 * Exports at a time: each holds a connection while its caller reads. Two of MySQL's ten; of SQLite's two readers one
 * has to be left for everybody else.
 */
const exportsMax: Readonly<Record<Dialect['name'], number>> = { mysql: 2, sqlite: 1 };

/** A snapshot held for longer makes the database keep too many old rows. A million funds take 5 to 30 s. */
const exportTimeMaxMs = 600_000;

/** Bounds exports in number and time. */
export interface ExportLimits {
  /**
   * Runs an export with a context whose signal aborts for the caller's reasons, when the server drains or when the
   * time is over. @throws DomainError OVERLOADED when enough exports run
   */
  run(context: RpcContext, work: (context: RpcContext) => Promise<void>): Promise<void>;
}

/** The limits of one process on one database. */
export function createExportLimits(engine: Dialect['name'], timeMaxMs = exportTimeMaxMs): ExportLimits {
  let running = 0;
  return {
    run: async (context, work) => {
      if (running >= exportsMax[engine]) {
        throw new DomainError(
          'OVERLOADED',
          `${running} exports run already, which is all this server takes at a time; retry later`,
          { max: String(exportsMax[engine]) },
        );
      }
      running += 1;
      const end = new AbortController();
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
        running -= 1;
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

/** Field by field: a context may compute some of them when asked. */
const withSignal = (
  { draining, deadlineMs, requestId, log, caller, callerAddress }: RpcContext,
  signal: AbortSignal,
) => ({
  signal,
  draining,
  deadlineMs,
  requestId,
  log,
  caller,
  callerAddress,
});
