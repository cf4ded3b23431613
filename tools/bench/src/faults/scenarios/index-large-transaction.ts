import { setTimeout as sleep } from 'node:timers/promises';
import type { ListFundsResponse } from '@finance/contract/funds-service';
import { PaginationStrategy } from '@finance/contract/funds-service';
import { createLatencyRecorder } from '../../latency.ts';
import { reasonOf } from '../every-rpc.ts';
import { withIndexServer, type IndexServer } from '../index-server.ts';
import { partOf, type FaultScenario } from '../scenario.ts';

const fundsFull = 1_000_000;
const transactions = 2;
const readers = 4;
const deadlineMs = 10_000;
const recoveryMaxMs = 60_000;
const memorySampleMs = 100;
/** Of the process: the journal holds at most 300,000 changes, and a merge has two bases for a while. */
const growthMaxMib = 1_024;

/** One statement of plain SQL changes every fund while pages are read: each page is wholly before it or wholly after. */
export const indexLargeTransaction: FaultScenario = (scale) =>
  withIndexServer(
    async (server) => {
      const amountsBefore = amountsOf(await firstPage(server));
      let acknowledged = 0;
      let running = true;
      const counts = { stale: 0, torn: 0 };
      const failures: Record<string, number> = {};
      let byIndex = 0;
      const latencies = createLatencyRecorder();
      let longestMs = 0;
      const reader = async (): Promise<void> => {
        while (running) {
          const atLeast = acknowledged;
          const startedAt = performance.now();
          try {
            const page = await firstPage(server);
            const raised = amountsOf(page).map((cents, i) => Number(cents - amountsBefore[i]!) / 100);
            if (raised.some((each) => each !== raised[0])) counts.torn += 1;
            else if (raised[0]! < atLeast) counts.stale += 1;
            if (page.strategyUsed === PaginationStrategy.LIVE_INDEX) byIndex += 1;
          } catch (error) {
            const reason = reasonOf(error);
            failures[reason] = (failures[reason] ?? 0) + 1;
          }
          latencies.record(performance.now() - startedAt);
          longestMs = Math.max(longestMs, performance.now() - startedAt);
        }
      };
      const memoryBefore = server.memoryMib();
      let memoryMax = memoryBefore;
      const sampling = setInterval(() => (memoryMax = Math.max(memoryMax, server.memoryMib())), memorySampleMs);
      const reading = Promise.all(Array.from({ length: readers }, reader));
      let recoveryMs = 0;
      try {
        for (let done = 1; done <= transactions; done += 1) {
          await sleep(500);
          const startedAt = performance.now();
          await server.admin.query('UPDATE financial_funds SET amount = amount + 1');
          acknowledged = done;
          const tookMs = performance.now() - startedAt;
          recoveryMs = Math.max(recoveryMs, await server.untilIndexAnswers());
          scale.say(
            `transaction ${done} of ${transactions} took ${tookMs.toFixed(0)} ms; the index answers ${recoveryMs.toFixed(0)} ms after it`,
          );
          scale.signal.throwIfAborted();
        }
        await sleep(500);
      } finally {
        running = false;
        clearInterval(sampling);
        await reading;
      }
      const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
      const { p50Ms, p99Ms, calls } = latencies.latency();
      return {
        bars: [
          { name: 'stale pages', figure: counts.stale, unit: '', max: 0 },
          { name: 'pages of half a transaction', figure: counts.torn, unit: '', max: 0 },
          { name: 'failed calls', figure: failed, unit: '', max: 0 },
          { name: 'wrong pages afterwards', figure: await server.wrongPages(), unit: '', max: 0 },
          { name: 'growth of the process’s memory', figure: memoryMax - memoryBefore, unit: 'MiB', max: growthMaxMib },
          { name: 'until the index answers again', figure: recoveryMs, unit: 'ms', max: recoveryMaxMs },
        ],
        facts: {
          'funds in each transaction': partOf(fundsFull, scale),
          calls,
          'by the index': byIndex,
          ...failures,
          'p50 ms': p50Ms,
          'p99 ms': p99Ms,
          'longest ms': longestMs,
          'MiB before': memoryBefore,
        },
      };
    },
    { funds: partOf(fundsFull, scale) },
  );

const firstPage = ({ funds }: IndexServer): Promise<ListFundsResponse> =>
  funds.listFunds({ viewerUserId: 1n, pageSize: 100, orderBy: 'fund_id' }, { timeoutMs: deadlineMs });

const amountsOf = ({ funds }: ListFundsResponse): bigint[] => funds.map(({ amountCents }) => amountCents);
