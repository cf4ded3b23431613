import { readFileSync } from 'node:fs';
import { createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { DomainError } from '@finance/domain';
import { Client, credentials, status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { grpcUnary, serveFunds } from './test-servers.ts';

const advice = (file: string) => new URL(`../../../deploy/clients/${file}`, import.meta.url);
const serviceConfig = readFileSync(advice('grpc-service-config.json'), 'utf8');
const { retryReads } = (await import(advice('connect-retry.ts').href)) as { retryReads: Interceptor };

/** Refuses the first two calls of each RPC, as an instance does that is about to stop. */
async function refuseTwice() {
  const calls = { listFunds: 0, deleteFund: 0 };
  const served = async (rpc: keyof typeof calls) => {
    calls[rpc] += 1;
    if (calls[rpc] <= 2) throw new DomainError('SERVER_SHUTTING_DOWN', 'go on at another one');
    return {};
  };
  const servers = await serveFunds({ listFunds: () => served('listFunds'), deleteFund: () => served('deleteFund') });
  return { servers, calls };
}

test('gRPC with the service config of the documents makes reads again, and no writes', async () => {
  const { servers, calls } = await refuseTwice();
  const client = new Client(servers.grpcAddress, credentials.createInsecure(), {
    'grpc.service_config': serviceConfig,
  });
  onTestFinished(() => client.close());
  expect((await grpcUnary(client, FundsService.method.listFunds, {})).error).toBeUndefined();
  expect((await grpcUnary(client, FundsService.method.deleteFund, {})).error?.code).toBe(status.UNAVAILABLE);
  expect(calls).toEqual({ listFunds: 3, deleteFund: 1 });
});

test('connect with the interceptor of the documents does so over every protocol', async () => {
  for (const make of [createConnectTransport, createGrpcTransport, createGrpcWebTransport]) {
    const { servers, calls } = await refuseTwice();
    const transport = make({ baseUrl: servers.httpUrl, httpVersion: '2', interceptors: [retryReads] });
    const client = createClient(FundsService, transport);
    await client.listFunds({});
    await expect(client.deleteFund({})).rejects.toThrow('go on at another one');
    expect(calls).toEqual({ listFunds: 3, deleteFund: 1 });
  }
});
