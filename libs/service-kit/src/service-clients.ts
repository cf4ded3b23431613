import { readFileSync } from 'node:fs';
import { createRouterTransport } from '@connectrpc/connect';
import type { CallOptions, Interceptor, Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import type { Logger } from 'pino';
import { connectRoutes } from './connect-routes.ts';
import type { DefinedService } from './define-service.ts';
import { createHttp2Session } from './http2-session.ts';
import { OpenCalls } from './limits/open-calls.ts';
import { createRefusalLog } from './limits/refusal-log.ts';
import { requestIdHeader } from './request-id.ts';
import type { RpcContext } from './rpc-context.ts';
import { serverSettings } from './server-settings.ts';
import { answerBytesMax } from './serving-options.ts';
import { StartupError } from './startup-error.ts';
import { traceHeaders } from './tracing.ts';

/** Another service, and what this one shows it. */
export interface ServicePeer {
  readonly url: string;
  /** Holds the bearer key or token; read again every half minute, so that it may be replaced. */
  readonly tokenFile?: string | undefined;
  /** The authority of the peer's certificate, where Node.js does not know it. */
  readonly caFile?: string | undefined;
  /** A client certificate and its key. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/**
 * Calls another service over gRPC (HTTP/2, no TLS for `http:`); connects on the first call and again after a loss.
 * @throws StartupError for a file that cannot be read
 */
export function createServiceTransport(peer: ServicePeer): Transport {
  const nodeOptions = {
    ...(peer.caFile !== undefined && { ca: fileText(peer.caFile) }),
    ...(peer.certFile !== undefined && { cert: fileText(peer.certFile) }),
    ...(peer.keyFile !== undefined && { key: fileText(peer.keyFile) }),
  };
  return createGrpcTransport({
    baseUrl: peer.url,
    sessionManager: createHttp2Session(peer.url, nodeOptions),
    interceptors: peer.tokenFile === undefined ? [] : [bearerFrom(peer.tokenFile)],
    readMaxBytes: answerBytesMax,
    defaultTimeoutMs: serverSettings.REQUEST_TIMEOUT_MS.default,
  });
}

/** Tokens live for minutes at least; keys for months. */
const tokenReadMs = 30_000;

function bearerFrom(file: string): Interceptor {
  let token = fileText(file).trim();
  let readMs = performance.now();
  return (next) => (request) => {
    if (performance.now() - readMs > tokenReadMs) {
      readMs = performance.now();
      // Absent for a moment while it is replaced: the one of before may still be good.
      token = readIfThere(file) ?? token;
    }
    request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function fileText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartupError(`${file} cannot be read: correct the setting that names it`, { cause: error });
  }
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
      overloadLog: createRefusalLog(),
      requestTimeoutMs: options.requestTimeoutMs ?? serverSettings.REQUEST_TIMEOUT_MS.default,
      maxMessageBytes: serverSettings.MAX_MESSAGE_BYTES.default,
      draining: options.draining ?? new AbortController().signal,
      openCalls: new OpenCalls(),
    }),
  );
}

/** Passes a call's signal, remaining time and request id and trace on to a call made on its behalf. */
export function callOptions(context: Pick<RpcContext, 'signal' | 'deadlineMs' | 'requestId'>): CallOptions {
  const headers = { ...traceHeaders(), [requestIdHeader]: context.requestId };
  if (context.deadlineMs === undefined) return { signal: context.signal, headers };
  // Connect reads 0 as no time-out.
  const timeoutMs = Math.max(1, Math.floor(context.deadlineMs - Date.now()));
  return { signal: context.signal, headers, timeoutMs };
}
