import { setTimeout as sleep } from 'node:timers/promises';
import { createOracle } from '@finance/strategy-contract';
import { startFaultProxy, type Fault, type FaultProxy } from '@finance/testkit';
import { BenchError } from '../../cli/bench-error.ts';
import { askRpc, rpcCases, type RpcOutcome } from '../every-rpc.ts';
import { startJwksIssuer } from '../jwks-issuer.ts';
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
  'DATABASE_READ_ONLY',
  'DEADLINE_EXCEEDED',
  'DeadlineExceeded',
  'OVERLOADED',
  'CONFLICT',
  'IDENTITY_UNAVAILABLE',
]);
/** A run of less than this part hurts in two ways only. */
const allKindsMinShare = 0.1;
const fewKinds = new Set(['hangs', 'garbage']);
const recoveryMaxMs = 20_000;

/** {database, JWKS} × {refuses, hangs, slow, garbage} × every RPC. */
export const matrix: FaultScenario = async (scale) => {
  const mysql = await startPrivateMysql();
  try {
    await fillCompany(mysql.url);
    const pair = await startServicePair({ databaseUrl: mysql.url });
    try {
      return await runMatrix(pair, mysql.url, scale);
    } finally {
      await pair.stop();
    }
  } finally {
    await mysql.stop();
  }
};

/** To another place and back: the answers stay. */
async function changeOrg({ permission }: ServicePair): Promise<void> {
  const leaf = faultCompany.users.findLast(({ role }) => role === 'staff')!;
  await permission.moveUser({ userId: leaf.userId, newParentUserId: 1n });
  await permission.moveUser({ userId: leaf.userId, newParentUserId: leaf.parentUserId ?? 0n });
}

async function runMatrix(pair: ServicePair, databaseUrl: string, scale: FaultScale): ReturnType<FaultScenario> {
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
  // Of both services: each has a breaker of its own.
  const probes = rpcCases.filter(({ name }) => /ListFunds$|GetUser$/.test(name));
  const isHealthy = async (asked: ServicePair): Promise<boolean> => {
    const ends = await Promise.all(probes.map((each) => askRpc(each, asked, deadlineMs)));
    return ends.every(({ outcome }, i) => JSON.stringify(outcome) === JSON.stringify(healthy.get(probes[i]!.name)));
  };

  const wrong: string[] = [];
  const unfitting: string[] = [];
  const crashes: string[] = [];
  let calls = 0;
  let answered = 0;
  let latestMs = 0;
  let recoveryMs = 0;
  /** Asks everything at once. @param isAnswered whether anything but an error may come */
  const askAll = async (what: string, asked: ServicePair, isAnswered: boolean): Promise<void> => {
    const ends = await Promise.all(rpcCases.map((each) => askRpc(each, asked, deadlineMs)));
    for (const [index, { outcome, ms }] of ends.entries()) {
      const { name } = rpcCases[index]!;
      calls += 1;
      latestMs = Math.max(latestMs, ms - deadlineMs);
      if (isAnswered && JSON.stringify(outcome) === JSON.stringify(healthy.get(name))) answered += 1;
      else if ('answer' in outcome) wrong.push(`${what}: ${name} answered ${outcome.answer}`);
      else if (!fittingReasons.has(outcome.reason) && (isAnswered || outcome.reason !== 'CREDENTIAL_INVALID'))
        unfitting.push(`${what}: ${name} ${outcome.reason}`);
    }
  };
  const recovers = async (what: string, asked: ServicePair): Promise<void> => {
    const overAt = performance.now();
    while (!(await isHealthy(asked)) && performance.now() - overAt < recoveryMaxMs) await sleep(50);
    const ms = performance.now() - overAt;
    recoveryMs = Math.max(recoveryMs, ms);
    const latest = `latest ${Math.round(Math.max(0, latestMs))} ms after its deadline`;
    scale.say(`${what}: ${calls} calls so far, ${latest}, serving again after ${Math.round(ms)} ms`);
  };
  const kinds = Object.entries(faults).filter(([kind]) => scale.share >= allKindsMinShare || fewKinds.has(kind));
  for (const [target, proxy] of Object.entries(pair.proxies)) {
    for (const [kind, fault] of kinds) {
      scale.signal.throwIfAborted();
      await changeOrg(pair);
      await proxy.set(fault);
      for (let round = 0; round < partOf(roundsFull, scale); round += 1) {
        await askAll(`${target} ${kind}`, pair, true);
      }
      await proxy.set({ kind: 'none' });
      await recovers(`${target} ${kind}`, pair);
    }
  }
  crashes.push(...pair.crashes());
  for (const [kind, fault] of kinds) {
    scale.signal.throwIfAborted();
    await withJwks(databaseUrl, fault, async (asked, forged, proxy) => {
      for (let round = 0; round < partOf(roundsFull, scale); round += 1) {
        await askAll(`JWKS ${kind}`, asked, true);
        await askAll(`JWKS ${kind}, forged token`, forged, false);
      }
      await proxy.set({ kind: 'none' });
      await recovers(`JWKS ${kind}`, asked);
      // The keys are known now: their issuer's absence stops nobody, and a forged token is no better.
      await proxy.set(fault);
      await askAll(`JWKS ${kind} later`, asked, true);
      await askAll(`JWKS ${kind} later, forged token`, forged, false);
      crashes.push(...asked.crashes());
    });
  }
  for (const line of [...wrong, ...unfitting, ...crashes]) scale.say(line);
  return {
    bars: [
      { name: 'answers that differ from those of the healthy system', figure: wrong.length, unit: '', max: 0 },
      { name: 'errors without a fitting reason', figure: unfitting.length, unit: '', max: 0 },
      { name: 'processes that ended', figure: crashes.length, unit: '', max: 0 },
      { name: 'latest end of a call after its deadline', figure: Math.max(0, latestMs), unit: 'ms', max: marginMs },
      { name: 'serving again after a fault', figure: recoveryMs, unit: 'ms', max: 5_000 },
    ],
    facts: {
      calls,
      answered,
      rpcs: rpcCases.length,
      cases: kinds.length * (Object.keys(pair.proxies).length + 1),
    },
  };
}

/** Both services with tokens whose issuer cannot be had from the start; each has its own keys to fetch. */
async function withJwks(
  databaseUrl: string,
  fault: Fault,
  work: (asked: ServicePair, forged: ServicePair, proxy: FaultProxy) => Promise<void>,
): Promise<void> {
  const issuer = await startJwksIssuer();
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(issuer.url).port) });
  try {
    await proxy.set(fault);
    const pair = await startServicePair({
      databaseUrl,
      env: issuer.settings(proxy.urlThrough(issuer.url)),
      token: issuer.token,
    });
    try {
      await work(pair, pair.withToken(issuer.forgedToken), proxy);
    } finally {
      await pair.stop();
    }
  } finally {
    await proxy.set({ kind: 'none' });
    await proxy.close();
    issuer.close();
  }
}
