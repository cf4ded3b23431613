import { randomUUID } from 'node:crypto';

/** Carries the request id in requests, answers and calls to other services. */
export const requestIdHeader = 'x-request-id';

/** Longer or stranger ids could forge log lines or bloat them. */
const sane = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's own id when it is sane, else a random one. */
export function requestIdFrom(header: unknown): string {
  return typeof header === 'string' && sane.test(header) ? header : randomUUID();
}
