import { createLiveIndex, type IndexBase, type IndexPageRequest } from '@finance/live-index';
import { parentPort, workerData } from 'node:worker_threads';

export interface ReaderStart {
  readonly base: IndexBase;
  readonly requests: readonly IndexPageRequest[];
  readonly durationMs: number;
  readonly cachedBytesMax: number;
}

export interface ReaderReport {
  readonly pages: number;
  readonly tookMs: number;
  /** Of this thread; what it was not kept from by others. */
  readonly cpuMs: number;
}

const { base, requests, durationMs, cachedBytesMax } = workerData as ReaderStart;
const index = createLiveIndex(base, { cachedBytesMax });
for (const request of requests) index.listFunds(request);

parentPort!.on('message', () => {
  const startedMs = performance.now();
  const cpuBefore = process.threadCpuUsage();
  let pages = 0;
  let tookMs = 0;
  do {
    for (const request of requests) index.listFunds(request);
    pages += requests.length;
    tookMs = performance.now() - startedMs;
  } while (tookMs < durationMs);
  const { user, system } = process.threadCpuUsage(cpuBefore);
  parentPort!.postMessage({ pages, tookMs, cpuMs: (user + system) / 1_000 } satisfies ReaderReport);
});
parentPort!.postMessage('warm');
