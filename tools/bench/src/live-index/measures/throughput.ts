import { setTimeout as sleep } from 'node:timers/promises';
import { fundSortColumns } from '@finance/domain';
import { createLatencyRecorder } from '../../latency.ts';
import { orderText } from '../../questions/fund-orders.ts';
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

async function measureOpenLoop(subject: Subject, requests: readonly EncodedRequest[], perSecond: number) {
  const { grpcUrl, recorder, run } = subject;
  const clients = Array.from({ length: openLoopConnections }, () => createRawClient(grpcUrl));
  const latencies = createLatencyRecorder();
  let errors = 0;
  let open = 0;
  const all: Promise<void>[] = [];
  const startedAt = performance.now();
  const calls = Math.floor(perSecond * openLoopSeconds);
  try {
    for (let call = 0; call < calls; call += 1) {
      const dueAt = startedAt + (call * 1_000) / perSecond;
      const waitMs = dueAt - performance.now();
      if (waitMs > 1) await sleep(waitMs, undefined, { signal: run.signal });
      if (open >= openCallsMax) {
        errors += 1;
        continue;
      }
      open += 1;
      all.push(
        clients[call % clients.length]!.listFunds(requests[call % requests.length]!).then(
          () => {
            open -= 1;
            latencies.record(performance.now() - dueAt);
          },
          () => {
            open -= 1;
            errors += 1;
          },
        ),
      );
    }
    await Promise.all(all);
  } finally {
    for (const client of clients) client.close();
  }
  const latency = recorder.keep('open loop at half of the peak', latencies.latency());
  const details = `${perSecond.toFixed(0)} calls/s for ${openLoopSeconds} s, at most ${openCallsMax} at once`;
  recorder.bar({
    name: 'open loop at half of the peak, p99',
    figure: latency.p99Ms,
    unit: 'ms',
    bar: { kind: 'at most', value: 10 },
    details,
  });
  recorder.bar({
    name: 'open loop, errors',
    figure: errors,
    unit: 'errors',
    bar: { kind: 'at most', value: 0 },
    details,
  });
}

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
