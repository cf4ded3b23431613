import type { ListFundsResponse } from '@finance/contract/funds-service';
import { fundSortColumns } from '@finance/domain';
import { latencyOfCalls, outcomesOf } from '../../callers/call-log.ts';
import { startCallers } from '../../callers/caller-process.ts';
import { answered, type Question } from '../../callers/load.ts';
import { orderText } from '../../questions/fund-orders.ts';
import { decodePage, emptyRequest, healthCheckPath, listFundsPath } from '../../questions/raw-messages.ts';
import type { RawClient } from '../raw-client.ts';
import { checkedRequest, firstPage, type PageQuestion, type Subject } from '../subject.ts';

const inFlight = 32;
const rounds = 5;
const roundMs = 2_000;
const openLoopSeconds = 10;
const openLoopConnections = 4;
const warmSeconds = 2;
/** Longer than anything that is measured: what is late shows as such. */
const deadlineMs = 10_000;

/** Pages against the empty RPC, on the same server by the same client; then an open loop at half of the peak. */
export async function measureThroughput(subject: Subject): Promise<void> {
  const { client, recorder, run } = subject;
  const questions = await mixedQuestions(subject);
  const requests = questions.map(({ message }) => Buffer.from(message));
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
  await measureOpenLoop(subject, questions, page / 2);
}

/**
 * Pages at a fixed rate, from a process of its own whose calls cost little; and empty calls at the same rate before: what
 * they take is the machine's share of it. Latency counts from the time a call was due, and nothing is left out.
 */
async function measureOpenLoop(subject: Subject, pages: readonly Question[], perSecond: number): Promise<void> {
  const { recorder } = subject;
  const details = `${perSecond.toFixed(0)} calls/s for ${openLoopSeconds} s`;
  const emptyCalls = await openLoop(subject, [{ path: healthCheckPath, message: emptyRequest }], perSecond);
  recorder.bar({
    name: 'open loop of empty calls at the same rate, p99',
    figure: recorder.keep('open loop of empty calls', latencyOfCalls(emptyCalls)).p99Ms,
    unit: 'ms',
    bar: null,
    details,
  });
  const log = await openLoop(subject, pages, perSecond);
  recorder.bar({
    name: 'open loop at half of the peak, p99',
    figure: recorder.keep('open loop at half of the peak', latencyOfCalls(log)).p99Ms,
    unit: 'ms',
    bar: { kind: 'at most', value: 10 },
    details,
  });
  const { [answered]: _answered, ...errors } = outcomesOf(log);
  recorder.bar({
    name: 'open loop, errors',
    figure: Object.values(errors).reduce((sum, count) => sum + count, 0),
    unit: 'errors',
    bar: { kind: 'at most', value: 0 },
    details: [details, ...Object.entries(errors).map(([name, count]) => `${count} × ${name}`)].join('; '),
  });
}

async function openLoop({ grpcUrl, run }: Subject, questions: readonly Question[], callsPerSecond: number) {
  const callers = startCallers({ grpcUrl, connections: openLoopConnections, questions });
  const pace = { kind: 'open', callsPerSecond } as const;
  try {
    await callers.run({ pace, seconds: warmSeconds, deadlineMs });
    run.signal.throwIfAborted();
    return await callers.run({ pace, seconds: openLoopSeconds, deadlineMs });
  } finally {
    await callers.stop();
  }
}

/** First, deep and token pages of all viewers in all orders, each compared with SQL. */
async function mixedQuestions({ client, viewers }: Subject): Promise<Question[]> {
  const questions: Question[] = [];
  const add = async (question: PageQuestion): Promise<ListFundsResponse> => {
    const message = await checkedRequest(client, question);
    const page = decodePage(await client.listFunds(message));
    const expected = { totalSize: page.totalSize, fundIds: page.funds.map(({ fundId }) => fundId) };
    questions.push({ path: listFundsPath, message, expected });
    return page;
  };
  for (const { user } of viewers) {
    for (const column of fundSortColumns) {
      const order = { column, descending: questions.length % 2 === 0 };
      const question = { ...firstPage(user.userId), orderBy: orderText(order) };
      const first = await add(question);
      await add({ ...question, skip: Math.floor(Number(first.totalSize) / 2) });
      if (first.nextPageToken) await add({ ...question, pageToken: first.nextPageToken });
    }
  }
  return questions;
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
