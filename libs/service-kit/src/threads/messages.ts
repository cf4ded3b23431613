import type { MessagePort } from 'node:worker_threads';

/** What a serving thread begins with. */
export interface ThreadSeat {
  /** From 1 on. */
  readonly thread: number;
  /** What `connect` made for it. */
  readonly port: MessagePort | undefined;
}

/** `metrics` is answered on the port that comes with it. */
export type ToThread =
  { readonly kind: 'metrics'; readonly answer: MessagePort } | { readonly kind: 'stop'; readonly drainMs: number };

/** Sent once calls are answered. */
export type FromThread = 'serving';
