import { setTimeout as sleep } from 'node:timers/promises';
import { FundStatus } from '@finance/contract/fund';
import type { LogLine } from '../../service-process.ts';
import { createLatencyRecorder } from '../../latency.ts';
import { startCallers } from '../../callers/caller-process.ts';
import { encodePage, listFundsPath } from '../../questions/raw-messages.ts';
import { reasonOf } from '../every-rpc.ts';
import { partOf, type FaultScenario } from '../scenario.ts';
import { withServices } from '../service-pair.ts';

const killsFull = 10;
const callers = 8;
const deadlineMs = 2_000;
/** Each caller asks at most so often: the load is there while there is something to break, not to find the peak. */
const pauseMs = 20;
/** Of load before a kill, and of a database that is away. */
const phaseMs = 1_500;
/** The breaker has opened well before. */
const openAfterMs = 500;
const recoveryMaxMs = 30_000;
/** Of the witness, a process that does nothing else: the times of the load are those of a busy process as well. */
const witnessCallsPerSecond = 100;
/** What a server says whose database is away. */
const unavailable = 'Unavailable';

/** MySQL ended by SIGKILL under load, again and again. */
export const mysqlKilled: FaultScenario = (scale) => {
  let failuresBeforeOpen = 0;
  let failures = 0;
  let isOpen = false;
  const openAnswersInside = createLatencyRecorder();
  const onLog = (line: LogLine): void => {
    if (line['msg'] === 'circuit breaker') {
      if (line['state'] === 'open' && !isOpen) failuresBeforeOpen = Math.max(failuresBeforeOpen, failures);
      isOpen = line['state'] !== 'closed';
      failures = 0;
    } else if (line['reason'] === 'DATABASE_UNAVAILABLE') {
      if (isOpen) openAnswersInside.record(Number(line['durationMs']));
      else failures += 1;
    }
  };
  return withServices(
    async (pair, mysql) => {
      const acknowledged: bigint[] = [];
      const reasons: Record<string, number> = {};
      const openAnswers = createLatencyRecorder();
      let longestMs = 0;
      let calls = 0;
      let recoveryMs = 0;
      let running = true;

      const call = async (write: boolean): Promise<boolean> => {
        const startedAt = performance.now();
        calls += 1;
        try {
          if (write) {
            const fund = { amountCents: 1n, currencyCode: 'EUR', status: FundStatus.PENDING, handlerUserId: 1n };
            acknowledged.push((await pair.funds.createFund({ fund }, { timeoutMs: deadlineMs })).fund!.fundId);
          } else await pair.funds.listFunds({ viewerUserId: 2n }, { timeoutMs: deadlineMs });
          return true;
        } catch (error) {
          const reason = reasonOf(error);
          reasons[reason] = (reasons[reason] ?? 0) + 1;
          return false;
        } finally {
          longestMs = Math.max(longestMs, performance.now() - startedAt);
        }
      };
      const decides = (): Promise<boolean> =>
        pair.permission.getUser({ userId: 2n }, { timeoutMs: deadlineMs }).then(
          () => true,
          () => false,
        );
      const caller = async (write: boolean): Promise<void> => {
        for (; running; await sleep(pauseMs)) await call(write);
      };
      const witness = startCallers({
        grpcUrl: pair.fundsProcess.grpcUrl,
        connections: 1,
        questions: [{ path: listFundsPath, message: encodePage({ viewerUserId: 2n }) }],
      });
      const watch = () =>
        witness.run({
          pace: { kind: 'open', callsPerSecond: witnessCallsPerSecond },
          seconds: phaseMs / 1_000,
          deadlineMs,
        });
      const load = Promise.all(Array.from({ length: callers }, (_, index) => caller(index % 4 === 0)));
      const kills = partOf(killsFull, scale);
      try {
        for (let kill = 1; kill <= kills; kill += 1) {
          scale.signal.throwIfAborted();
          // Also makes the witness warm.
          await watch();
          await mysql.kill();
          await sleep(openAfterMs);
          const { tookMs, outcome, outcomes } = await watch();
          tookMs.forEach((ms, index) => {
            if (outcomes[outcome[index]!] === unavailable) openAnswers.record(ms);
          });
          await mysql.start();
          const backAt = performance.now();
          const isBack = async (): Promise<boolean> => (await call(true)) && (await decides());
          while (!(await isBack()) && performance.now() - backAt < recoveryMaxMs) await sleep(20);
          recoveryMs = Math.max(recoveryMs, performance.now() - backAt);
          scale.say(
            `kill ${kill} of ${kills}: both serve again ${Math.round(performance.now() - backAt)} ms after MySQL was back`,
          );
        }
      } finally {
        running = false;
        await load;
        await witness.stop();
      }
      let lost = 0;
      for (let start = 0; start < acknowledged.length; start += 1_000) {
        const fundIds = acknowledged.slice(start, start + 1_000);
        const found = await pair.permission.batchCheckAccess({ viewerUserId: 1n, fundIds });
        lost += found.allowed.filter((allowed) => !allowed).length;
      }
      const crashes = pair.crashes().length;
      const { p50Ms, p99Ms, calls: refused } = openAnswers.latency();
      return {
        bars: [
          { name: 'acknowledged writes lost', figure: lost, unit: '', max: 0 },
          { name: 'failures until the breaker is open', figure: failuresBeforeOpen, unit: '', max: 5 },
          { name: 'answer of the open breaker, p99', figure: p99Ms, unit: 'ms', max: 10 },
          { name: 'serving again after MySQL is back', figure: recoveryMs, unit: 'ms', max: 5_000 },
          {
            name: 'longest call beyond its deadline',
            figure: Math.max(0, longestMs - deadlineMs),
            unit: 'ms',
            max: 100,
          },
          { name: 'processes that ended', figure: crashes, unit: '', max: 0 },
        ],
        facts: {
          kills,
          calls,
          'acknowledged writes': acknowledged.length,
          'refused by the open breaker': refused,
          'p50 ms of these': p50Ms,
          'p99 ms of these inside the service': openAnswersInside.latency().p99Ms,
          ...reasons,
        },
      };
    },
    { onLog, fundsEnv: { LOG_LEVEL: 'info' } },
  );
};
