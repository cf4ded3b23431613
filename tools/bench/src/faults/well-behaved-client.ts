import { Code, ConnectError, createClient, type CallOptions, type Client } from '@connectrpc/connect';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttp2Session } from './http2-session.ts';

/** Clients of one instance. */
export interface InstanceClients {
  readonly funds: Client<typeof FundsService>;
  readonly permission: Client<typeof PermissionService>;
}

const transportTo = (url: string) => createGrpcTransport({ baseUrl: url, sessionManager: createHttp2Session(url) });

/** A pause once every instance has been tried. */
const retryDelayMs = 100;

/**
 * What docs/operations.md asks of callers: a call that fails with UNAVAILABLE is made again, on another instance, until
 * the deadline of the first try. `urls` may be of native gRPC or of the HTTP port. @param onRetry told of each
 */
export function createWellBehavedClient(
  urls: readonly { readonly funds: string; readonly permission: string }[],
  onRetry: () => void,
): <T>(call: (clients: InstanceClients, options: CallOptions) => Promise<T>, timeoutMs: number) => Promise<T> {
  const instances = urls.map((url): InstanceClients => ({
    funds: createClient(FundsService, transportTo(url.funds)),
    permission: createClient(PermissionService, transportTo(url.permission)),
  }));
  let turn = 0;
  return async (call, timeoutMs) => {
    const deadline = Date.now() + timeoutMs;
    const first = turn++;
    for (let tries = 0; ;) {
      const instance = instances[(first + tries) % instances.length]!;
      try {
        return await call(instance, { timeoutMs: Math.max(1, deadline - Date.now()) });
      } catch (error) {
        if (!isRetryable(error) || Date.now() >= deadline) throw error;
        onRetry();
        tries += 1;
        if (tries % instances.length === 0) await sleep(retryDelayMs);
      }
    }
  };
}

/** A stream that the server refused was never begun (RFC 9113, 8.7); connect-node does not call that UNAVAILABLE. */
function isRetryable(thrown: unknown): boolean {
  const error = ConnectError.from(thrown);
  return error.code === Code.Unavailable || error.rawMessage.includes('NGHTTP2_REFUSED_STREAM');
}
