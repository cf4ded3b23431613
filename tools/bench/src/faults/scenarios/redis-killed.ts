import { setTimeout as sleep } from 'node:timers/promises';
import { startPrivateRedis } from '@finance/redis';
import { createLatencyRecorder } from '../../latency.ts';
import type { Latency } from '../../result-types.ts';
import { reasonOf } from '../every-rpc.ts';
import { faultCompany, fillCompany, startPrivateMysql } from '../private-mysql.ts';
import { partOf, type FaultScale, type FaultScenario } from '../scenario.ts';
import { startServicePair, type ServicePair } from '../service-pair.ts';

const secondsFull = 10;
const callers = 4;
/** The org moves so often that scopes have to be found again and again: Redis is asked all the time. */
const movePauseMs = 100;
const deadlineMs = 5_000;

interface LoadEnd {
  readonly latency: Latency;
  readonly errors: Readonly<Record<string, number>>;
}

/** Pages for everybody while one person is moved to and fro; `halfway` is done in the middle. */
async function load(pair: ServicePair, scale: FaultScale, halfway: () => Promise<void>): Promise<LoadEnd> {
  const recorder = createLatencyRecorder();
  const errors: Record<string, number> = {};
  const leaf = faultCompany.users.findLast(({ role }) => role === 'staff')!;
  const parents = [leaf.parentUserId ?? 1n, 1n];
  const ms = partOf(secondsFull, scale) * 1_000;
  const endsAt = performance.now() + ms;
  let next = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      const { userId } = faultCompany.users[next++ % faultCompany.users.length]!;
      const askedAt = performance.now();
      try {
        await pair.funds.listFunds({ viewerUserId: userId }, { timeoutMs: deadlineMs });
        recorder.record(performance.now() - askedAt);
      } catch (error) {
        const reason = reasonOf(error);
        errors[reason] = (errors[reason] ?? 0) + 1;
      }
    }
  };
  const mover = async (): Promise<void> => {
    for (let move = 0; performance.now() < endsAt; move += 1, await sleep(movePauseMs)) {
      await pair.permission.moveUser({ userId: leaf.userId, newParentUserId: parents[move % 2]! });
    }
  };
  const hurt = async (): Promise<void> => {
    await sleep(ms / 2);
    await halfway();
  };
  await Promise.all([mover(), hurt(), ...Array.from({ length: callers }, caller)]);
  return { latency: recorder.latency(), errors };
}

/** Redis killed in the middle of the load, against the same load without any Redis. */
export const redisKilled: FaultScenario = async (scale) => {
  const mysql = await startPrivateMysql();
  const redis = await startPrivateRedis();
  const nothing = async (): Promise<void> => undefined;
  const run = async (redisUrl: string | undefined, halfway: () => Promise<void>): Promise<LoadEnd> => {
    await fillCompany(mysql.url);
    const pair = await startServicePair({ databaseUrl: mysql.url, ...(redisUrl !== undefined && { redisUrl }) });
    try {
      // What is compiled on the first calls is not what is compared.
      await load(pair, { ...scale, share: Math.min(scale.share, 0.1) }, nothing);
      return await load(pair, scale, halfway);
    } finally {
      await pair.stop();
    }
  };
  try {
    const off = await run(undefined, nothing);
    scale.say(`without Redis: p95 ${off.latency.p95Ms.toFixed(1)} ms`);
    const killed = await run(redis.url, () => redis.kill());
    scale.say(`Redis killed: p95 ${killed.latency.p95Ms.toFixed(1)} ms`);
    const failed = Object.values(killed.errors).reduce((sum, count) => sum + count, 0);
    return {
      bars: [
        { name: 'failed calls', figure: failed, unit: '', max: 0 },
        { name: 'p95 against that without Redis', figure: killed.latency.p95Ms / off.latency.p95Ms, unit: '×', max: 2 },
      ],
      facts: {
        calls: killed.latency.calls,
        'p95 ms, Redis killed': killed.latency.p95Ms,
        'p95 ms, without Redis': off.latency.p95Ms,
        ...killed.errors,
      },
    };
  } finally {
    await redis.stop();
    await mysql.stop();
  }
};
