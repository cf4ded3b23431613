import { createClient } from '@connectrpc/connect';
import type { Transport } from '@connectrpc/connect';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { DomainError, invalidField } from '@finance/domain';
import { expect, test } from 'vitest';
import { defineService } from './define-service.ts';
import { withDomainErrors } from './domain-error-from-connect.ts';
import type { RpcContext } from './rpc-context.ts';
import { callOptions, createInProcessTransport, createServiceTransport } from './service-clients.ts';
import { aborted, detailsOf, grpcClient, grpcUnary, recordingLog, serveFunds } from './test-servers.ts';
import { startServers } from './start-servers.ts';

interface Backend {
  readonly transport: Transport;
  readonly contexts: RpcContext[];
}

/** PermissionService behind a transport; ResolveScope answers, fails or hangs by the viewer's id. */
async function backends(): Promise<Backend[]> {
  const contexts: RpcContext[] = [];
  const permission = defineService(PermissionService, {
    async resolveScope({ viewerUserId }, context) {
      contexts.push(context);
      if (viewerUserId === 2n) throw invalidField('viewer_user_id', 'is two', 'FIELD_INVALID');
      if (viewerUserId === 3n) await aborted(context.signal);
      if (viewerUserId === 4n) throw new Error('SELECT secret');
      return { orgVersion: 7n };
    },
  });
  const { log } = recordingLog();
  const servers = await startServers({
    services: [permission],
    log,
    config: {
      HOST: '127.0.0.1',
      GRPC_PORT: 0,
      HTTP_PORT: 0,
      REQUEST_TIMEOUT_MS: 5_000,
      MAX_MESSAGE_BYTES: 1024,
      SHUTDOWN_GRACE_MS: 100,
    },
  });
  closers.push(() => servers.close());
  return [
    { transport: createInProcessTransport([permission], { log }), contexts },
    { transport: createServiceTransport({ url: `http://${servers.grpcAddress}` }), contexts },
  ];
}

const closers: (() => Promise<void>)[] = [];

test('a call to another service passes request id and deadline on and brings the same errors, both ways', async () => {
  for (const { transport, contexts } of await backends()) {
    const permission = createClient(PermissionService, transport);
    const outer: RpcContext[] = [];
    const servers = await serveFunds({
      async listFunds({ viewerUserId }, context) {
        outer.push(context);
        const call = permission.resolveScope({ viewerUserId }, callOptions(context));
        return { totalSize: (await withDomainErrors(call)).orgVersion };
      },
    });
    contexts.length = 0;
    const client = grpcClient(servers);
    const headers = { 'x-request-id': 'outer-1' };
    const good = await grpcUnary(client, FundsService.method.listFunds, { viewerUserId: 1n }, { headers });
    expect(good.message?.totalSize).toBe(7n);
    expect(contexts[0]?.requestId).toBe('outer-1');
    expect(Math.abs((contexts[0]?.deadlineMs ?? 0) - (outer[0]?.deadlineMs ?? 0))).toBeLessThan(100);

    const refused = await grpcUnary(client, FundsService.method.listFunds, { viewerUserId: 2n });
    expect(refused.error?.details).toBe('viewer_user_id is two');
    expect(detailsOf(refused.error)).toMatchObject([
      { reason: 'FIELD_INVALID', metadata: { field: 'viewer_user_id' } },
      { fieldViolations: [{ field: 'viewer_user_id' }] },
    ]);

    const broken = await grpcUnary(client, FundsService.method.listFunds, { viewerUserId: 4n }, { headers });
    expect(broken.error?.details).toBe('internal error, request id outer-1');

    const abort = new AbortController();
    const cancelled = grpcUnary(client, FundsService.method.listFunds, { viewerUserId: 3n }, { abort: abort.signal });
    while (contexts.length < 4) await new Promise(setImmediate);
    abort.abort();
    await cancelled;
    const signal = contexts[3]?.signal;
    expect(signal && (await aborted(signal))).toMatchObject({ reason: 'CANCELLED' });
  }
  for (const close of closers) await close();
});

test('a deadline that passes in the other service is DEADLINE_EXCEEDED here', async () => {
  for (const { transport } of await backends()) {
    const call = createClient(PermissionService, transport).resolveScope({ viewerUserId: 3n }, { timeoutMs: 100 });
    await expect(withDomainErrors(call)).rejects.toMatchObject({ name: 'DomainError', reason: 'DEADLINE_EXCEEDED' });
  }
  for (const close of closers) await close();
});

test('a service that is not there is UNAVAILABLE with a reason', async () => {
  const client = createClient(PermissionService, createServiceTransport({ url: 'http://127.0.0.1:1' }));
  const failed: unknown = await withDomainErrors(client.getUser({})).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(DomainError);
  expect(failed).toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
});
