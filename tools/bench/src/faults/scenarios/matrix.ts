import { setTimeout as sleep } from 'node:timers/promises';
import { startPrivateRedis } from '@finance/redis';
import { createOracle } from '@finance/strategy-contract';
import type { Fault } from '@finance/testkit';
import { BenchError } from '../../cli/bench-error.ts';
import { askRpc, rpcCases, type RpcOutcome } from '../every-rpc.ts';
import { faultCompany, fillCompany, startPrivateMysql } from '../private-mysql.ts';
import { partOf, type FaultScale, type FaultScenario } from '../scenario.ts';
import { startServicePair, type ServicePair } from '../service-pair.ts';

const deadlineMs = 1_500;
const marginMs = 100;
const roundsFull = 5;
/** How things fail; slow means so much in each direction of each piece. */
const faults: Readonly<Record<string, Fault>> = {
  refuses: { kind: 'refuse' },
  hangs: { kind: 'blackhole' },
  slow: { kind: 'latency', delayMs: 50 },
  garbage: { kind: 'garbage' },
};
/** What a caller may be told while something is broken; each says that it is not the caller's fault. */
const fittingReasons = new Set([
  'DATABASE_UNAVAILABLE',
  'DEPENDENCY_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'DeadlineExceeded',
  'OVERLOADED',
  'CONFLICT',
]);
/** A run of less than this part hurts in two ways only. */
const allKindsMinShare = 0.1;
const fewKinds = new Set(['hangs', 'garbage']);
const recoveryMaxMs = 20_000;

/** {database, Redis, permission-service} × {refuses, hangs, slow, garbage} × every RPC. */
export const matrix: FaultScenario = async (scale) => {
  const mysql = await startPrivateMysql();
  const redis = await startPrivateRedis();
  try {
    await fillCompany(mysql.url);
    const pair = await startServicePair({ databaseUrl: mysql.url, redisUrl: redis.url });
    try {
      return await runMatrix(pair, scale);
    } finally {
      await pair.stop();
    }
  } finally {
    await redis.stop();
    await mysql.stop();
  }
};

/** To another place and back: the answers stay, but no cached scope is of any use. */
async function changeOrg({ permission }: ServicePair): Promise<void> {
  const leaf = faultCompany.users.findLast(({ role }) => role === 'staff')!;
  await permission.moveUser({ userId: leaf.userId, newParentUserId: 1n });
  await permission.moveUser({ userId: leaf.userId, newParentUserId: leaf.parentUserId ?? 0n });
}

async function runMatrix(pair: ServicePair, scale: FaultScale): ReturnType<FaultScenario> {
  const healthy = new Map<string, RpcOutcome>();
  for (const each of rpcCases) healthy.set(each.name, (await askRpc(each, pair, 10_000)).outcome);
  const visible = createOracle(faultCompany).visibleFunds(2n, {}, { column: 'amount', descending: true });
  const expected = JSON.stringify([
    String(visible.length),
    visible
      .slice(0, 20)
      .map(({ fundId }) => fundId)
      .join(),
  ]);
  const first = healthy.get(rpcCases[0]!.name)!;
  if (!('answer' in first) || first.answer !== expected) throw new BenchError('the healthy system answers wrongly');
  const isHealthy = async (): Promise<boolean> => {
    const { outcome } = await askRpc(rpcCases[0]!, pair, deadlineMs);
    return JSON.stringify(outcome) === JSON.stringify(healthy.get(rpcCases[0]!.name));
  };

  const wrong: string[] = [];
  const unfitting: string[] = [];
  let calls = 0;
  let answered = 0;
  let latestMs = 0;
  let recoveryMs = 0;
  const kinds = Object.entries(faults).filter(([kind]) => scale.share >= allKindsMinShare || fewKinds.has(kind));
  for (const [target, proxy] of Object.entries(pair.proxies)) {
    for (const [kind, fault] of kinds) {
      scale.signal.throwIfAborted();
      await changeOrg(pair);
      await proxy!.set(fault);
      for (let round = 0; round < partOf(roundsFull, scale); round += 1) {
        const ends = await Promise.all(rpcCases.map((each) => askRpc(each, pair, deadlineMs)));
        for (const [index, { outcome, ms }] of ends.entries()) {
          const { name } = rpcCases[index]!;
          calls += 1;
          latestMs = Math.max(latestMs, ms - deadlineMs);
          if (JSON.stringify(outcome) === JSON.stringify(healthy.get(name))) answered += 1;
          else if ('answer' in outcome) wrong.push(`${target} ${kind}: ${name} answered ${outcome.answer}`);
          else if (!fittingReasons.has(outcome.reason)) unfitting.push(`${target} ${kind}: ${name} ${outcome.reason}`);
        }
      }
      await proxy!.set({ kind: 'none' });
      const overAt = performance.now();
      while (!(await isHealthy()) && performance.now() - overAt < recoveryMaxMs) await sleep(50);
      recoveryMs = Math.max(recoveryMs, performance.now() - overAt);
      scale.say(
        `${target} ${kind}: ${calls} calls so far, serving again after ${Math.round(performance.now() - overAt)} ms`,
      );
    }
  }
  for (const line of [...wrong, ...unfitting, ...pair.crashes()]) scale.say(line);
  return {
    bars: [
      { name: 'answers that differ from those of the healthy system', figure: wrong.length, unit: '', max: 0 },
      { name: 'errors without a fitting reason', figure: unfitting.length, unit: '', max: 0 },
      { name: 'processes that ended', figure: pair.crashes().length, unit: '', max: 0 },
      { name: 'latest end of a call after its deadline', figure: Math.max(0, latestMs), unit: 'ms', max: marginMs },
      { name: 'serving again after a fault', figure: recoveryMs, unit: 'ms', max: 5_000 },
    ],
    facts: {
      calls,
      answered,
      rpcs: rpcCases.length,
      cases: kinds.length * Object.keys(pair.proxies).length,
    },
  };
}
