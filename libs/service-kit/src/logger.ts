import { isMainThread } from 'node:worker_threads';
import { loggedError } from '@finance/domain';
import { destination, pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** JSON lines on stdout, one event a line, with the service's name and ISO times. Errors, as `err`, in our own words. */
export function createLogger(
  options: { readonly name: string; readonly level: string },
  to: DestinationStream | undefined = ownDestination(),
): Logger {
  const settings = {
    level: options.level,
    base: { service: options.name },
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => loggedError(error) },
  };
  return to === undefined ? pino(settings) : pino(settings, to);
}

/** Any other way loses what is underway when a thread ends, and that over its process.stdout is a detour as well. */
function ownDestination(): DestinationStream | undefined {
  return isMainThread ? undefined : destination({ dest: 1, sync: true });
}
