import { setTimeout as sleep } from 'node:timers/promises';
import { latencyOfCalls, outcomesOf } from '../../callers/call-log.ts';
import { refused } from '../../callers/load.ts';
import type { FaultScale, FaultScenario } from '../scenario.ts';
import { bothWays, withLoadedServices, wrongAnswers, type LoadedServices } from '../too-many-calls.ts';

const secondsFull = 20;
const deadlineMs = 20_000;
/** In each direction: two seconds for each question and its answer. */
const delayMs = 1_000;
const overloadFactor = 5;
const sampleMs = 50;
const retryMs = 50;

/**
 * A database whose every answer comes two seconds later, at five times the load that it served before: the peak of SQL.
 * Once by SQL and once as by default, when the index, whose position comes late, leaves the same load to SQL.
 */
export const databaseSlow: FaultScenario = async (scale) => {
  const limits = { seconds: Math.max(2, secondsFull * scale.share), deadlineMs };
  const sql = await withLoadedServices('SQL', scale, limits, async (loaded) => ({
    served: loaded.peak,
    measured: await measure(loaded, loaded.peak, scale),
  }));
  const index = await withLoadedServices('live index', scale, limits, (loaded) => measure(loaded, sql.served, scale));
  return bothWays(sql.measured, index);
};

async function measure(
  { by, pair, peak, offer }: LoadedServices,
  normal: number,
  scale: FaultScale,
): ReturnType<FaultScenario> {
  const { database } = pair.proxies;
  const offered = normal * overloadFactor;
  scale.say(`${by}: peak ${peak.toFixed(0)} calls/s; now ${offered.toFixed(0)} calls/s at a slow database`);
  await database.set({ kind: 'latency', delayMs });
  const memoryBefore = pair.fundsProcess.memoryMib();
  let memoryMax = memoryBefore;
  const sampler = setInterval(() => {
    memoryMax = Math.max(memoryMax, pair.fundsProcess.memoryMib());
  }, sampleMs);
  const during = await offer(offered).finally(() => clearInterval(sampler));
  await database.set({ kind: 'none' });
  const overAt = performance.now();
  while (!(await answers(pair))) await sleep(retryMs);
  const recoveryMs = performance.now() - overAt;
  const refusals = latencyOfCalls(during, refused);
  const longestMs = during.tookMs.reduce((longest, ms) => Math.max(longest, ms), 0);
  return {
    bars: [
      { name: `${by}: refusal of the excess, p95`, figure: refusals.p95Ms, unit: 'ms', max: 50 },
      { name: `${by}: growth of the process’s memory`, figure: memoryMax - memoryBefore, unit: 'MiB', max: 64 },
      {
        name: `${by}: longest call beyond its deadline`,
        figure: Math.max(0, longestMs - deadlineMs),
        unit: 'ms',
        max: 100,
      },
      { name: `${by}: answering again after it is over`, figure: recoveryMs, unit: 'ms', max: 5_000 },
      { name: `${by}: wrong answers`, figure: wrongAnswers(during), unit: '', max: 0 },
    ],
    facts: {
      [`${by}: peak calls/s`]: peak,
      [`${by}: offered calls/s`]: offered,
      [`${by}: refusal p50 ms`]: refusals.p50Ms,
      [`${by}: refusal p99 ms`]: refusals.p99Ms,
      [`${by}: ends`]: JSON.stringify(outcomesOf(during)),
    },
  };
}

const answers = ({ funds }: LoadedServices['pair']): Promise<boolean> =>
  funds.listFunds({ viewerUserId: 2n }, { timeoutMs: deadlineMs }).then(
    () => true,
    () => false,
  );
