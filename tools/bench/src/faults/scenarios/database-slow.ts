import { setTimeout as sleep } from 'node:timers/promises';
import { createLatencyRecorder } from '../../latency.ts';
import { reasonOf } from '../every-rpc.ts';
import { partOf, type FaultScale, type FaultScenario } from '../scenario.ts';
import { withServices, type ServicePair } from '../service-pair.ts';

const secondsFull = 20;
const deadlineMs = 20_000;
/** As many callers have them; a call waits for none of its own side. */
const connections = 16;
/** In each direction: two seconds for each question and its answer. */
const delayMs = 1_000;
const overload = 5;
/** The normal load, long enough for the process to have what memory that needs. */
const normalCallers = 16;
const normalMs = 6_000;
/** What one process of callers can offer without being the bottleneck of two cores. */
const callsPerSecondMax = 400;
const mib = 'MiB';

/** A database whose every answer comes two seconds later, at five times the load it served before. */
export const databaseSlow: FaultScenario = (scale) => withServices((pair) => overloadSlow(pair, scale));

async function overloadSlow(pair: ServicePair, scale: FaultScale): ReturnType<FaultScenario> {
  const clients = Array.from({ length: connections }, () => pair.anotherFundsClient());
  let turn = 0;
  const call = () => clients[turn++ % connections]!.listFunds({ viewerUserId: 2n }, { timeoutMs: deadlineMs });

  let normalCalls = 0;
  const endsAt = performance.now() + normalMs;
  const caller = async (): Promise<void> => {
    for (; performance.now() < endsAt; normalCalls += 1) await call();
  };
  await Promise.all(Array.from({ length: normalCallers }, caller));
  const served = (normalCalls * 1_000) / normalMs;
  const perSecond = Math.min(callsPerSecondMax, served * overload);
  scale.say(`normal: ${Math.round(served)} calls/s; now ${Math.round(perSecond)} calls/s at a slow database`);

  await pair.proxies.database.set({ kind: 'latency', delayMs });
  const memoryBefore = pair.fundsProcess.memoryMib();
  let memoryMax = memoryBefore;
  const refused = createLatencyRecorder();
  const reasons: Record<string, number> = {};
  const running = new Set<Promise<void>>();
  let longestMs = 0;
  let answered = 0;
  let calls = 0;
  const startedAt = performance.now();
  const untilMs = partOf(secondsFull, scale) * 1_000;
  while (performance.now() - startedAt < untilMs) {
    scale.signal.throwIfAborted();
    const due = ((performance.now() - startedAt) / 1_000) * perSecond;
    for (; calls < due; calls += 1) {
      const askedAt = performance.now();
      const one: Promise<void> = call()
        .then(
          () => void (answered += 1),
          (error: unknown) => {
            const reason = reasonOf(error);
            reasons[reason] = (reasons[reason] ?? 0) + 1;
            if (reason === 'OVERLOADED') refused.record(performance.now() - askedAt);
          },
        )
        .finally(() => {
          longestMs = Math.max(longestMs, performance.now() - askedAt);
          running.delete(one);
        });
      running.add(one);
    }
    memoryMax = Math.max(memoryMax, pair.fundsProcess.memoryMib());
    await sleep(10);
  }
  await Promise.all(running);
  await pair.proxies.database.set({ kind: 'none' });
  const normalAgainAt = performance.now();
  while (
    !(await call().then(
      () => true,
      () => false,
    ))
  )
    await sleep(50);
  const recoveryMs = performance.now() - normalAgainAt;
  const { p50Ms, p95Ms, p99Ms } = refused.latency();
  return {
    bars: [
      { name: 'refusal of the excess, p95', figure: p95Ms, unit: 'ms', max: 50 },
      { name: 'growth of the process’s memory', figure: memoryMax - memoryBefore, unit: mib, max: 64 },
      { name: 'longest call beyond its deadline', figure: Math.max(0, longestMs - deadlineMs), unit: 'ms', max: 100 },
      { name: 'answering again after it is over', figure: recoveryMs, unit: 'ms', max: 5_000 },
    ],
    facts: {
      calls,
      'calls/s': Math.round(perSecond),
      answered,
      ...reasons,
      'refusal p50 ms': p50Ms,
      'refusal p99 ms': p99Ms,
    },
  };
}
