import type { IndexBase, IndexPageRequest } from '@finance/live-index';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ReaderReport, ReaderStart } from './reader-thread.ts';

export interface ReadThroughput {
  readonly threads: number;
  /** Pages of all threads together. */
  readonly pagesPerSecond: number;
  /** For each second that a thread had a CPU: tells how threads hold each other up, whatever else the machine does. */
  readonly pagesPerCpuSecond: number;
}

/**
 * Reads pages from one base in several threads at once, each with an index of its own over the shared memory, as serving
 * threads do: all requests once to warm up, then round and round for `durationMs`.
 */
export async function measureReadThroughput(
  base: IndexBase,
  requests: readonly IndexPageRequest[],
  options: { readonly threads: number; readonly durationMs: number; readonly cachedBytesMax: number },
): Promise<ReadThroughput> {
  const { threads, durationMs, cachedBytesMax } = options;
  const workerData: ReaderStart = { base, requests, durationMs, cachedBytesMax };
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./reader-thread.ts', import.meta.url), { workerData }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const reports = Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0] as ReaderReport));
  for (const worker of workers) worker.postMessage('go');
  let pagesPerSecond = 0;
  let pagesRead = 0;
  let cpuMsSpent = 0;
  for (const { pages, tookMs, cpuMs } of await reports) {
    pagesPerSecond += (pages / tookMs) * 1_000;
    pagesRead += pages;
    cpuMsSpent += cpuMs;
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { threads, pagesPerSecond, pagesPerCpuSecond: (pagesRead / cpuMsSpent) * 1_000 };
}
