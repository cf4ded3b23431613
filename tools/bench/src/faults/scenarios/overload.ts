import { latencyOfCalls, normalStretches, outcomesOf, untilNormal } from '../../callers/call-log.ts';
import { refused, type CallLog } from '../../callers/load.ts';
import type { FaultScale, FaultScenario } from '../scenario.ts';
import {
  answersPerSecond,
  bothWays,
  withLoadedServices,
  wrongAnswers,
  type LoadedServices,
} from '../too-many-calls.ts';

const deadlineMs = 1_000;
const overloadFactor = 3;
/** Far enough from the peak that nothing waits for long: calls that come one by one cost more than those of a closed loop. */
const normalShare = 1 / 3;
const secondsFull = 10;
/** Long enough for a 95th percentile of what SQL serves. */
const stretchMs = 1_000;
/** Normal again: no failure, and 95 of 100 answers within so many times the p95 of before, or within this. */
const normalFactor = 2;
const normalMinMs = 20;

/** Three times the peak in calls, then the normal load again; once answered by the live index and once by SQL. */
export const overload: FaultScenario = async (scale) => {
  const limits = { seconds: Math.max(2, secondsFull * scale.share), deadlineMs, databaseDirect: true };
  const measured = (by: 'live index' | 'SQL') =>
    withLoadedServices(by, scale, limits, (loaded) => measure(loaded, limits.seconds, scale));
  return bothWays(await measured('live index'), await measured('SQL'));
};

async function measure(
  { by, peak, offer }: LoadedServices,
  seconds: number,
  scale: FaultScale,
): ReturnType<FaultScenario> {
  const before = await offer(peak * normalShare);
  const during = await offer(peak * overloadFactor);
  const after = await offer(peak * normalShare);
  const normal = { withinMs: Math.max(normalMinMs, normalFactor * latencyOfCalls(before).p95Ms), stretchMs };
  const lateSeconds = (log: CallLog): number => normalStretches(log, normal).filter((isNormal) => !isNormal).length;
  const goodput = answersPerSecond(during, seconds);
  scale.say(`${by}: peak ${peak.toFixed(0)} calls/s, at three times the peak ${goodput.toFixed(0)} calls/s`);
  return {
    bars: [
      { name: `${by}: answers missing of the peak's`, figure: 100 * (1 - goodput / peak), unit: '%', max: 20 },
      {
        name: `${by}: normal again after`,
        figure: untilNormal(after, normal) / 1_000,
        unit: 's',
        max: 5,
      },
      { name: `${by}: wrong answers`, figure: wrongAnswers(before, during, after), unit: '', max: 0 },
    ],
    facts: {
      [`${by}: peak calls/s`]: peak,
      [`${by}: offered calls/s`]: during.dueMs.length / seconds,
      // The machine's part: without any overload, the same load has such seconds, too.
      [`${by}: late seconds before`]: lateSeconds(before),
      [`${by}: late seconds after`]: lateSeconds(after),
      [`${by}: p95 ms before`]: latencyOfCalls(before).p95Ms,
      [`${by}: p95 ms of answers during`]: latencyOfCalls(during).p95Ms,
      [`${by}: p95 ms of refusals during`]: latencyOfCalls(during, refused).p95Ms,
      [`${by}: ends during`]: JSON.stringify(outcomesOf(during)),
      [`${by}: ends after`]: JSON.stringify(outcomesOf(after)),
    },
  };
}
