import { createRouterTransport } from '@connectrpc/connect';
import type { CallOptions, Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import type { Logger } from 'pino';
import { connectRoutes } from './connect-routes.ts';
import type { DefinedService } from './define-service.ts';
import { requestIdHeader } from './request-id.ts';
import type { RpcContext } from './rpc-context.ts';
import { serverSettings } from './server-settings.ts';
import { answerBytesMax } from './serving-options.ts';

/** Calls another service over gRPC (HTTP/2, no TLS for `http:`); connects on the first call and again after a loss. */
export function createServiceTransport(options: { readonly url: string }): Transport {
  return createGrpcTransport({
    baseUrl: options.url,
    readMaxBytes: answerBytesMax,
    // A peer that vanished without a FIN is noticed within this time instead of at each call's deadline.
    pingIntervalMs: 10_000,
    pingTimeoutMs: 5_000,
    defaultTimeoutMs: serverSettings.REQUEST_TIMEOUT_MS.default,
  });
}

/** Calls services in this process through the same handlers, deadlines, errors and log lines, without a socket. */
export function createInProcessTransport(
  services: readonly DefinedService[],
  options: { readonly log: Logger; readonly requestTimeoutMs?: number; readonly draining?: AbortSignal },
): Transport {
  return createRouterTransport(
    connectRoutes({
      services,
      log: options.log,
      requestTimeoutMs: options.requestTimeoutMs ?? serverSettings.REQUEST_TIMEOUT_MS.default,
      maxMessageBytes: serverSettings.MAX_MESSAGE_BYTES.default,
      draining: options.draining ?? new AbortController().signal,
    }),
  );
}

/** Passes a call's signal, remaining time and request id on to a call made on its behalf. */
export function callOptions(context: Pick<RpcContext, 'signal' | 'deadlineMs' | 'requestId'>): CallOptions {
  const headers = { [requestIdHeader]: context.requestId };
  if (context.deadlineMs === undefined) return { signal: context.signal, headers };
  // Connect reads 0 as no time-out.
  const timeoutMs = Math.max(1, Math.floor(context.deadlineMs - Date.now()));
  return { signal: context.signal, headers, timeoutMs };
}
