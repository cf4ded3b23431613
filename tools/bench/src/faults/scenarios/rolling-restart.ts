import { pickFreePort } from '@finance/private-server';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLatencyRecorder } from '../../latency.ts';
import { startService, type ServiceProcess } from '../../service-process.ts';
import { reasonOf } from '../every-rpc.ts';
import { faultCompany, fillCompany, startPrivateMysql } from '../private-mysql.ts';
import { partOf, type FaultScenario } from '../scenario.ts';
import { createWellBehavedClient, type InstanceClients } from '../well-behaved-client.ts';

const roundsFull = 3;
const callers = 4;
const deadlineMs = 10_000;
/** Between an instance that is back and the next one to go, as an orchestrator waits for readiness. */
const settleMs = 1_000;
/** What an orchestrator gives a process before it kills it: the least that is common. */
const stopMsMax = 10_000;

const fund = faultCompany.funds[0]!;

/** Reads of both services and a write that may be repeated; each checks its answer. */
const calls: readonly ((
  clients: InstanceClients,
  options: { timeoutMs?: number },
  viewerUserId: bigint,
) => Promise<boolean>)[] = [
  async ({ funds }, options, viewerUserId) =>
    (await funds.listFunds({ viewerUserId }, options)).totalSize !== undefined,
  async ({ permission }, options) =>
    (await permission.checkAccess({ viewerUserId: 1n, fundId: fund.fundId }, options)).allowed,
  async ({ funds }, options) => {
    const change = {
      fund: { fundId: fund.fundId, amountCents: fund.amountCents },
      updateMask: { paths: ['amount_cents'] },
    };
    return (await funds.updateFund(change, options)).fund?.amountCents === fund.amountCents;
  },
];

interface Instance {
  readonly app: 'funds-service' | 'permission-service';
  readonly env: Readonly<Record<string, string>>;
  process: ServiceProcess;
}

/** Two instances of each service, stopped by SIGTERM and started again one after the other, under load. */
export const rollingRestart: FaultScenario = async (scale) => {
  const mysql = await startPrivateMysql();
  const instances: Instance[] = [];
  const start = async (app: Instance['app'], name: string): Promise<Instance> => {
    const [grpc, http] = [await pickFreePort(`${name} grpc`), await pickFreePort(`${name} http`)];
    const env = { DATABASE_URL: mysql.url, GRPC_PORT: String(grpc), HTTP_PORT: String(http) };
    const instance = { app, env, process: await startService(app, env) };
    instances.push(instance);
    return instance;
  };
  try {
    await fillCompany(mysql.url);
    const permissions = [
      await start('permission-service', 'permission 1'),
      await start('permission-service', 'permission 2'),
    ];
    const funds = [await start('funds-service', 'funds 1'), await start('funds-service', 'funds 2')];

    let retries = 0;
    let wrong = 0;
    const failures: Record<string, number> = {};
    const recorder = createLatencyRecorder();
    const urls = (port: 'grpcUrl' | 'httpUrl') =>
      funds.map((each, i) => ({ funds: each.process[port], permission: permissions[i]!.process[port] }));
    const clients = [urls('grpcUrl'), urls('httpUrl')].map((each) =>
      createWellBehavedClient(each, () => (retries += 1)),
    );
    let isOver = false;
    const caller = async (_: unknown, number: number): Promise<void> => {
      const client = clients[number % clients.length]!;
      for (let next = number; !isOver; next += 1) {
        const { userId } = faultCompany.users[next % faultCompany.users.length]!;
        const call = calls[next % calls.length]!;
        const askedAt = performance.now();
        try {
          if (!(await client((instance, options) => call(instance, options, userId), deadlineMs))) wrong += 1;
          recorder.record(performance.now() - askedAt);
        } catch (error) {
          const reason = reasonOf(error);
          failures[reason] = (failures[reason] ?? 0) + 1;
          scale.say(`a call failed: ${String(error)}`);
        }
      }
    };
    const load = Promise.all(Array.from({ length: callers }, caller));

    const rounds = partOf(roundsFull, scale);
    let stopMs = 0;
    for (let round = 1; round <= rounds && !scale.signal.aborted; round += 1) {
      for (const instance of instances) {
        await sleep(settleMs);
        const toldAt = performance.now();
        await instance.process.stop();
        stopMs = Math.max(stopMs, performance.now() - toldAt);
        instance.process = await startService(instance.app, instance.env);
      }
      scale.say(
        `round ${round}: ${recorder.latency().calls} calls, ${retries} made again, longest stop ${stopMs.toFixed(0)} ms`,
      );
    }
    isOver = true;
    await load;
    const { calls: made, p99Ms, maxMs } = recorder.latency();
    return {
      bars: [
        {
          name: 'failed calls',
          figure: Object.values(failures).reduce((sum, count) => sum + count, 0),
          unit: '',
          max: 0,
        },
        { name: 'wrong answers', figure: wrong, unit: '', max: 0 },
        { name: 'longest stop', figure: stopMs, unit: 'ms', max: stopMsMax },
      ],
      facts: {
        calls: made,
        'made again': retries,
        restarts: rounds * instances.length,
        'p99 ms': p99Ms,
        'max ms': maxMs,
        ...failures,
      },
    };
  } finally {
    await Promise.all(instances.map(({ process }) => process.stop()));
    await mysql.stop();
  }
};
