import { createOracle } from '@finance/strategy-contract';
import { latencyOfCalls, outcomesOf, untilNormal } from '../callers/call-log.ts';
import { startCallers, type CallerProcess } from '../callers/caller-process.ts';
import { answered, refused, wrong, type CallLog, type ExpectedPage } from '../callers/load.ts';
import { faultCompany } from '../private-mysql.ts';
import type { FaultScale, FaultScenario } from '../scenario.ts';
import { withServices } from '../service-pair.ts';
import { waitForIndex } from '../../wait-for-index.ts';

/** So many that none has more calls open than a connection may, even when all are late. */
const connections = 32;
/** Of the closed loop that finds the peak: more add waiting, not answers. */
const callers = 100;
const deadlineMs = 1_000;
const overloadFactor = 3;
/** Far enough from the peak that nothing waits for long. */
const normalShare = 0.5;
const warmSecondsFull = 4;
const secondsFull = 10;
const stretchMs = 250;
/** Normal again: no failure, and 95 of 100 answers within so many times the p95 of before, or within this. */
const normalFactor = 2;
const normalMinMs = 20;
const indexWaitMs = 60_000;

/** Three times the peak in calls, then the normal load again; once answered by the live index and once by SQL. */
export const overload: FaultScenario = async (scale) => {
  const index = await overloaded('live index', {}, scale);
  const sql = await overloaded('SQL', { LIVE_INDEX: 'off' }, scale);
  return { bars: [...index.bars, ...sql.bars], facts: { ...index.facts, ...sql.facts } };
};

function overloaded(
  by: string,
  fundsEnv: Readonly<Record<string, string>>,
  scale: FaultScale,
): ReturnType<FaultScenario> {
  return withServices(
    async (pair) => {
      await waitForIndex(pair.fundsProcess.httpUrl, indexWaitMs, scale.signal);
      const task = { grpcUrl: pair.fundsProcess.grpcUrl, connections, viewers: expectedPages() };
      const process = startCallers(task);
      try {
        return await measure(by, process, scale);
      } finally {
        await process.stop();
      }
    },
    { fundsEnv },
  );
}

async function measure(by: string, process: CallerProcess, scale: FaultScale): ReturnType<FaultScenario> {
  const seconds = Math.max(2, secondsFull * scale.share);
  const closed = (secondsOfIt: number): Promise<CallLog> =>
    process.run({ pace: { kind: 'closed', callers }, seconds: secondsOfIt, deadlineMs });
  const open = (callsPerSecond: number): Promise<CallLog> =>
    process.run({ pace: { kind: 'open', callsPerSecond }, seconds, deadlineMs });
  const perSecond = (log: CallLog): number => (outcomesOf(log)[answered] ?? 0) / seconds;

  await closed(warmSecondsFull);
  const peak = perSecond(await closed(seconds));
  const before = await open(peak * normalShare);
  scale.signal.throwIfAborted();
  const during = await open(peak * overloadFactor);
  const after = await open(peak * normalShare);
  const normalMs = Math.max(normalMinMs, normalFactor * latencyOfCalls(before).p95Ms);
  const goodput = perSecond(during);
  const wrongs = [before, during, after].reduce((sum, log) => sum + (outcomesOf(log)[wrong] ?? 0), 0);
  scale.say(`${by}: peak ${peak.toFixed(0)} calls/s, at three times the peak ${goodput.toFixed(0)} calls/s`);
  const refusals = latencyOfCalls(during, refused);
  return {
    bars: [
      { name: `${by}: answers missing of the peak's`, figure: 100 * (1 - goodput / peak), unit: '%', max: 20 },
      {
        name: `${by}: normal again after`,
        figure: untilNormal(after, normalMs, stretchMs) / 1_000,
        unit: 's',
        max: 5,
      },
      { name: `${by}: wrong answers`, figure: wrongs, unit: '', max: 0 },
    ],
    facts: {
      [`${by}: peak calls/s`]: peak,
      [`${by}: offered calls/s`]: during.dueMs.length / seconds,
      [`${by}: p95 ms before`]: latencyOfCalls(before).p95Ms,
      [`${by}: p95 ms of answers during`]: latencyOfCalls(during).p95Ms,
      [`${by}: p95 ms of refusals during`]: refusals.p95Ms,
      [`${by}: ends during`]: JSON.stringify(outcomesOf(during)),
      [`${by}: ends after`]: JSON.stringify(outcomesOf(after)),
    },
  };
}

/** What everybody's first page says, from the rule itself. */
function expectedPages(): ExpectedPage[] {
  const oracle = createOracle(faultCompany);
  return faultCompany.users.map(({ userId: viewerUserId }) => {
    const visible = oracle.visibleFunds(viewerUserId, {}, { column: 'amount', descending: true });
    const fundIds = visible.slice(0, 20).map(({ fundId }) => fundId);
    return { viewerUserId, totalSize: BigInt(visible.length), fundIds };
  });
}
