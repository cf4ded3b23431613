import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { DomainError, type ErrorReason } from '@finance/domain';
import type { Logger } from 'pino';
import type { PageGate } from './identity/page-gate.ts';
import { jsonAnswer } from './plain-routes.ts';
import type { PlainAnswer, PlainRoutes } from './plain-routes.ts';

/** Pages by path: for anybody, and for callers with the capability `read-metrics`. */
export interface Pages {
  readonly open: PlainRoutes;
  readonly guarded: PlainRoutes;
}

/** No pages at all: where another port has them. */
export const noPages: Pages = { open: {}, guarded: {} };

/** The part of a response that pages need, alike in both protocols and in connect-node's type for them. */
export interface PageResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

const refusals: Partial<Record<ErrorReason, { readonly status: number; readonly code: string }>> = {
  CREDENTIAL_INVALID: { status: 401, code: 'unauthenticated' },
  CAPABILITY_MISSING: { status: 403, code: 'permission_denied' },
  ORIGIN_REFUSED: { status: 403, code: 'permission_denied' },
};

/** Answers GET and HEAD of a page, and anything else with 404. */
export async function servePage(
  request: IncomingMessage | Http2ServerRequest,
  response: PageResponse,
  pages: Pages,
  admit: PageGate,
  log: Logger,
): Promise<void> {
  const path = request.url?.split('?', 1)[0] ?? '';
  const open = Object.hasOwn(pages.open, path) ? pages.open[path] : undefined;
  const route = open ?? (Object.hasOwn(pages.guarded, path) ? pages.guarded[path] : undefined);
  const withBody = request.method !== 'HEAD';
  if (route === undefined || (withBody && request.method !== 'GET')) {
    const message = 'no such RPC or page: POST /package.Service/Method';
    sendPage(response, jsonAnswer(404, { code: 'unimplemented', message }), withBody);
    return;
  }
  try {
    if (open === undefined) await admit(request, path);
    sendPage(response, await route(), withBody);
  } catch (error) {
    if (error instanceof DomainError && error.reason !== 'INTERNAL') {
      log.info({ path, reason: error.reason, callerAddress: request.socket.remoteAddress }, 'page refused');
      const { status, code } = refusals[error.reason] ?? { status: 503, code: 'unavailable' };
      sendPage(response, jsonAnswer(status, { code, message: error.message }), withBody);
      return;
    }
    log.error({ err: error, path }, 'page failed');
    sendPage(response, jsonAnswer(500, { code: 'internal', message: 'internal error' }), withBody);
  }
}

/** @param withBody false for HEAD */
export function sendPage(response: PageResponse, answer: PlainAnswer, withBody: boolean): void {
  response.setHeader('content-type', answer.contentType);
  response.setHeader('cache-control', 'no-store');
  response.statusCode = answer.status;
  response.end(withBody ? answer.body : '');
}
