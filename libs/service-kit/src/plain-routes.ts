import type { Health } from './health.ts';

/** An answer of a page that is not an RPC. */
export interface PlainAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Answers GET and HEAD on one exact path; an error becomes a bare 500 and goes to the log. */
export type PlainRoute = () => PlainAnswer | Promise<PlainAnswer>;

/** Pages by path, for example `/metrics`. */
export type PlainRoutes = Readonly<Record<string, PlainRoute>>;

/**
 * `/healthz/live` answers 200 as long as the process can answer, `/healthz/ready` 503 while it should get no calls; with
 * the details of what it is at.
 */
export function healthRoutes(health: Health, details: () => object = () => ({})): PlainRoutes {
  return {
    '/healthz/live': () => jsonAnswer(200, { status: 'live' }),
    '/healthz/ready': () =>
      health.serving
        ? jsonAnswer(200, { status: 'ready', ...details() })
        : jsonAnswer(503, { status: 'not ready', ...details() }),
  };
}

/** A JSON page. */
export function jsonAnswer(status: number, content: object): PlainAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(content) };
}
