import { setTimeout as sleep } from 'node:timers/promises';
import { fundSortColumns } from '@finance/domain';
import { status } from '@grpc/grpc-js';
import { createLatencyRecorder } from '../../latency.ts';
import { orderText } from '../../questions/fund-orders.ts';
import type { Latency } from '../../result-types.ts';
import { createRawClient, decodePage, type EncodedRequest, type RawClient } from '../raw-client.ts';
import { checkedRequest, firstPage, type Subject } from '../subject.ts';

const inFlight = 32;
const rounds = 5;
const roundMs = 2_000;
const openLoopSeconds = 10;
const openLoopConnections = 4;
const openCallsMax = 100;

/** Pages against the empty RPC, on the same server by the same client; then an open loop at half of the peak. */
export async function measureThroughput(subject: Subject): Promise<void> {
  const { client, recorder, run } = subject;
  const requests = await mixedRequests(subject);
  const pages = (i: number): Promise<Buffer> => client.listFunds(requests[i % requests.length]!);
  const rates: { empty: number; page: number }[] = [];
  await rate(pages, run.signal);
  for (let round = 0; round < rounds; round += 1) {
    rates.push({ empty: await rate(() => client.check(), run.signal), page: await rate(pages, run.signal) });
  }
  const empty = median(rates.map((each) => each.empty));
  const page = median(rates.map((each) => each.page));
  recorder.bar({
    name: `pages a second at ${inFlight} in flight, fully consistent, of empty calls`,
    figure: median(rates.map((each) => each.page / each.empty)),
    unit: 'ratio',
    bar: { kind: 'at least', value: 0.5 },
    details: `${page.toFixed(0)}/s against ${empty.toFixed(0)}/s`,
  });
  await measureOpenLoop(subject, requests, page / 2);
}

/** Pages at a fixed rate, and empty calls at the same rate before: what they take is the machine's share of it. */
async function measureOpenLoop(subject: Subject, requests: readonly EncodedRequest[], perSecond: number) {
  const { recorder, run } = subject;
  const details = `${perSecond.toFixed(0)} calls/s for ${openLoopSeconds} s, at most ${openCallsMax} at once`;
  const emptyCalls = await openLoop(subject.grpcUrl, perSecond, run.signal, (client) => client.check());
  recorder.bar({
    name: 'open loop of empty calls at the same rate, p99',
    figure: recorder.keep('open loop of empty calls', emptyCalls.latency).p99Ms,
    unit: 'ms',
    bar: null,
    details,
  });
  const pages = await openLoop(subject.grpcUrl, perSecond, run.signal, (client, call) =>
    client.listFunds(requests[call % requests.length]!),
  );
  recorder.bar({
    name: 'open loop at half of the peak, p99',
    figure: recorder.keep('open loop at half of the peak', pages.latency).p99Ms,
    unit: 'ms',
    bar: { kind: 'at most', value: 10 },
    details,
  });
  recorder.bar({
    name: 'open loop, errors',
    figure: [...pages.errors.values()].reduce((sum, count) => sum + count, 0),
    unit: 'errors',
    bar: { kind: 'at most', value: 0 },
    details: [details, ...[...pages.errors].map(([name, count]) => `${count} × ${name}`)].join('; '),
  });
}

/**
 * Calls at a fixed rate over several connections. Latency counts from the time a call was due, also for one that had to
 * wait because so many were open: nothing is left out, and an error, by its status, is a call that the server failed.
 */
async function openLoop(
  grpcUrl: string,
  perSecond: number,
  signal: AbortSignal,
  ask: (client: RawClient, call: number) => Promise<Buffer>,
): Promise<{ readonly latency: Latency; readonly errors: ReadonlyMap<string, number> }> {
  const clients = Array.from({ length: openLoopConnections }, () => createRawClient(grpcUrl));
  const latencies = createLatencyRecorder();
  const errors = new Map<string, number>();
  const open = new Set<Promise<void>>();
  const calls = Math.floor(perSecond * openLoopSeconds);
  try {
    // Connecting is no part of a call.
    await Promise.all(clients.map((client) => client.check()));
    const startedAt = performance.now();
    for (let call = 0; call < calls; call += 1) {
      const dueAt = startedAt + (call * 1_000) / perSecond;
      const waitMs = dueAt - performance.now();
      if (waitMs > 1) await sleep(waitMs, undefined, { signal });
      if (open.size >= openCallsMax) await Promise.race(open);
      const answered = ask(clients[call % clients.length]!, call)
        .then(
          () => latencies.record(performance.now() - dueAt),
          (error: unknown) => {
            const name = errorName(error);
            errors.set(name, (errors.get(name) ?? 0) + 1);
          },
        )
        .finally(() => open.delete(answered));
      open.add(answered);
    }
    await Promise.all(open);
  } finally {
    for (const client of clients) client.close();
  }
  return { latency: latencies.latency(), errors };
}

const errorName = (error: unknown): string =>
  error instanceof Error && 'code' in error ? (status[Number(error.code)] ?? error.message) : String(error);

/** First, deep and token pages of all viewers in all orders, each compared with SQL. */
async function mixedRequests({ client, viewers }: Subject): Promise<EncodedRequest[]> {
  const requests: EncodedRequest[] = [];
  for (const { user } of viewers) {
    for (const column of fundSortColumns) {
      const order = { column, descending: requests.length % 2 === 0 };
      const question = { ...firstPage(user.userId), orderBy: orderText(order) };
      const request = await checkedRequest(client, question);
      const first = decodePage(await client.listFunds(request));
      requests.push(request);
      const deep = Math.floor(Number(first.totalSize) / 2);
      requests.push(await checkedRequest(client, { ...question, skip: deep }));
      if (first.nextPageToken) {
        requests.push(await checkedRequest(client, { ...question, pageToken: first.nextPageToken }));
      }
    }
  }
  return requests;
}

/** Answered calls a second with so many in flight. */
async function rate(call: (i: number) => ReturnType<RawClient['check']>, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  let answered = 0;
  let next = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - startedAt < roundMs && !signal.aborted) {
      await call(next++);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  signal.throwIfAborted();
  return (answered * 1_000) / (performance.now() - startedAt);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
