import { pino, stdTimeFunctions } from 'pino';
import type { Logger } from 'pino';

/** JSON lines on stdout, one event a line, with the service's name and ISO times. */
export function createLogger(options: { readonly name: string; readonly level: string }): Logger {
  return pino({ level: options.level, base: { service: options.name }, timestamp: stdTimeFunctions.isoTime });
}
