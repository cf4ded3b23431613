import type { Logger } from 'pino';
import type { DefinedService } from './define-service.ts';

/** What every transport needs to serve calls. */
export interface ServingOptions {
  readonly services: readonly DefinedService[];
  readonly log: Logger;
  /** Deadline of a unary call whose caller sets none, and the most that a caller can get. */
  readonly requestTimeoutMs: number;
  /** Bounds each request message, after decompression too. */
  readonly maxMessageBytes: number;
  /** Aborts when the server begins to shut down. */
  readonly draining: AbortSignal;
}
