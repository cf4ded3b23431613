import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { pickFreePort } from '@finance/private-server';
import { seedDatabase, silentProgress } from '@finance/seeder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type ServiceProcess } from '../service-process.ts';
import { startBalancer, type BalancedInstance } from './start-balancer.ts';

/** Through each balancer, half over gRPC and half over HTTP; and more, until both instances were away and are back. */
const callsMin = 5_000;
const callsAtOnce = 4;
/** A balancer that asks twice a second has turned away by then, on a machine that is busy with other tests too. */
const SHUTDOWN_DRAIN_MS = '8000';

/** On a machine that is free it takes a tenth of it. */
const testTimeoutMs = 600_000;

const folder = mkdtempSync(join(tmpdir(), 'finance-balancers-'));
const DATABASE_URL = `sqlite:${join(folder, 'finance.db')}`;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  await seedDatabase(
    { engine: 'sqlite', file: join(folder, 'finance.db') },
    { profile: 'company', users: 20, records: 200, seed: 1 },
    silentProgress,
  );
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  rmSync(folder, { recursive: true, force: true });
});

const ports = async (name: string): Promise<BalancedInstance> => ({
  grpcPort: await pickFreePort(`${name} grpc ${process.pid}`),
  httpPort: await pickFreePort(`${name} http ${process.pid}`),
});

function startInstance({ grpcPort, httpPort }: BalancedInstance): Promise<ServiceProcess> {
  return startService('standalone', {
    DATABASE_URL,
    GRPC_PORT: String(grpcPort),
    HTTP_PORT: String(httpPort),
    SHUTDOWN_DRAIN_MS,
    // What a busy machine makes slow is not lost.
    SHED_DELAY_MS: '0',
    REQUEST_TIMEOUT_MS: '300000',
    AUDIT_READS: 'off',
    LIVE_INDEX: 'off',
    LOG_LEVEL: 'warn',
  });
}

const isReady = (port: number) => async () => (await fetch(`http://127.0.0.1:${port}/healthz/ready`)).status === 200;

describe.each(['haproxy', 'nginx'] as const)('behind %s of Debian', (name) => {
  test(
    'no call is lost while one of two instances is stopped and started, then the other',
    { timeout: testTimeoutMs },
    async () => {
      const [first, second, own] = [await ports(`${name} 1`), await ports(`${name} 2`), await ports(name)];
      const instances = await Promise.all([first, second].map(startInstance));
      stops.push(() => Promise.all(instances.map((instance) => instance.stop())).then(() => undefined));
      const balancer = await startBalancer(name, own, [first, second]);
      stops.push(balancer.stop);
      let isUp = true;
      void balancer.ended.then(() => (isUp = false));
      const until = async (isSo: () => Promise<boolean>): Promise<void> => {
        while (!(await isSo().catch(() => false))) {
          if (!isUp) throw new Error(`${name} ended: ${balancer.output()}`);
          await sleep(50);
        }
      };
      const clients = {
        gRPC: createClient(FundsService, createGrpcTransport({ baseUrl: `http://127.0.0.1:${own.grpcPort}` })),
        HTTP: createClient(
          FundsService,
          createConnectTransport({ baseUrl: `http://127.0.0.1:${own.httpPort}`, httpVersion: '1.1' }),
        ),
      };
      const read = (client: Client<typeof FundsService>) => client.listFunds({ viewerUserId: 1n, pageSize: 1 });
      for (const client of Object.values(clients)) await until(async () => (await read(client)).totalSize === 200n);

      let isRolling = true;
      const lost: string[] = [];
      const made = { gRPC: 0, HTTP: 0 };
      const call = async (way: keyof typeof clients): Promise<void> => {
        while (isRolling || made[way] < callsMin / 2) {
          made[way] += 1;
          await read(clients[way]).catch((error: unknown) => lost.push(`${way}: ${String(error)}`));
        }
      };
      const roll = async (): Promise<void> => {
        for (const [i, instance] of [first, second].entries()) {
          await instances[i]!.stop();
          instances[i] = await startInstance(instance);
          await until(isReady(instance.httpPort));
          // Nobody takes the next one away before the balancer sends calls to this one again.
          await sleep(2_000);
        }
      };
      const ways = (['gRPC', 'HTTP'] as const).flatMap((way) => Array.from({ length: callsAtOnce }, () => call(way)));
      await Promise.all([roll().finally(() => (isRolling = false)), ...ways]);
      expect(lost, balancer.output()).toEqual([]);
      expect(made.gRPC + made.HTTP).toBeGreaterThanOrEqual(callsMin);
    },
  );
});
