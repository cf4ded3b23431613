import { PaginationStrategy } from '@finance/contract/funds-service';
import { count } from '../../cli/tables.ts';
import { latencyOf } from '../../latency.ts';
import { startStandalone } from '../../standalone-server.ts';
import { decodePage, encodePage } from '../../questions/raw-messages.ts';
import { createRawClient } from '../raw-client.ts';
import { indexTimeoutMs, waitForIndex } from '../../wait-for-index.ts';
import { checkedRequest, firstPage, type Subject } from '../subject.ts';

const temporaryTableCalls = 3;
/** Beyond, it takes minutes, and milliseconds are what is told. */
const tableFundsMax = 2_000_000;
const calls = 300;
/** A server compiles what it runs often; the first calls after its start are not what is compared. */
const warmUpCalls = 2_000;
/** Page 20,000 of 20. */
const deepSkip = 19_999 * 20;

/** A page and its exact total against the temporary table: again, and for the first time for a viewer; deep pages. */
export async function measurePages(subject: Subject, env: Readonly<Record<string, string>>): Promise<void> {
  const { client, recorder, supervisor } = subject;
  const viewerUserId = supervisor.user.userId;
  const request = await checkedRequest(client, firstPage(viewerUserId));
  const visible = Number(decodePage(await client.listFunds(request)).totalSize);
  const who = `${count(supervisor.peopleCount)} people, ${count(visible)} funds`;

  const tableMs = subject.funds <= tableFundsMax ? await measureTable(subject, who) : undefined;
  for (let call = 0; call < warmUpCalls; call += 1) await client.listFunds(request);
  const againMs = (await recorder.timed('live-index, again', calls, () => client.listFunds(request))).p50Ms;
  const firstTimeMs = await measureFirstTime(subject, env);
  const bar = (name: string, ms: number, tableShare: number, msMax: number | null): void => {
    if (tableMs !== undefined) {
      const details = `${who}; ${ms.toFixed(2)} ms against ${tableMs.toFixed(0)} ms`;
      const atMost = { kind: 'at most', value: tableShare } as const;
      recorder.bar({ name: `${name}, of temporary-table`, figure: ms / tableMs, unit: 'ratio', bar: atMost, details });
      return;
    }
    const atMost = msMax === null ? null : ({ kind: 'at most', value: msMax } as const);
    recorder.bar({ name, figure: ms, unit: 'ms', bar: atMost, details: who });
  };
  bar('page of 20 and exact total, first time for the viewer', firstTimeMs, 1 / 1_500, 60);
  bar('the same, again', againMs, 1 / 5_000, null);

  for (const [name, skip] of [
    ['page 20,000', Math.min(deepSkip, Math.max(0, visible - 20))],
    ['last page', Math.max(0, visible - 20)],
  ] as const) {
    const deep = await checkedRequest(client, { ...firstPage(viewerUserId), skip });
    const [first, last] = await inTurns(recorder, ['first page', name], calls, [
      () => client.listFunds(request),
      () => client.listFunds(deep),
    ]);
    recorder.bar({
      name: `${name}, of the first page`,
      figure: last!.p50Ms / first!.p50Ms,
      unit: 'ratio',
      bar: { kind: 'at most', value: 1.5 },
      details: `${last!.p50Ms.toFixed(2)} ms against ${first!.p50Ms.toFixed(2)} ms`,
    });
  }
}

/** Milliseconds, the median. */
async function measureTable({ client, recorder, run, supervisor }: Subject, who: string): Promise<number> {
  const question = { ...firstPage(supervisor.user.userId), strategy: PaginationStrategy.TEMPORARY_TABLE };
  const request = encodePage(question);
  run.say(`temporary-table, ${who}…`);
  return (await recorder.timed('temporary-table', temporaryTableCalls, () => client.listFunds(request))).p50Ms;
}

/** Alternates kinds of calls, so that both meet the same noise. */
async function inTurns(
  recorder: Subject['recorder'],
  names: readonly string[],
  rounds: number,
  kinds: readonly (() => Promise<unknown>)[],
) {
  const times: number[][] = kinds.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, kind] of kinds.entries()) {
      const startedAt = performance.now();
      await kind();
      times[i]!.push(performance.now() - startedAt);
    }
  }
  return times.map((each, i) => recorder.keep(names[i]!, latencyOf(each)));
}

/** A server that keeps nothing for viewers: asked in turns for two of them, it meets each for the first time. */
async function measureFirstTime(subject: Subject, env: Readonly<Record<string, string>>): Promise<number> {
  const { recorder, run, supervisor, viewers } = subject;
  const other = viewers.find(({ user }) => user.userId !== supervisor.user.userId && user.role === 'supervisor');
  run.say('starting a server that keeps nothing for viewers…');
  const server = await startStandalone({ ...env, LIVE_INDEX_CACHE_MB: '0' });
  try {
    await waitForIndex(server.httpUrl, indexTimeoutMs(subject.funds), run.signal);
    const client = createRawClient(server.grpcUrl);
    try {
      const request = await checkedRequest(client, firstPage(supervisor.user.userId));
      const otherRequest = encodePage(firstPage((other ?? supervisor).user.userId));
      for (let i = 0; i < warmUpCalls / 10; i += 1) await client.listFunds(i % 2 === 0 ? request : otherRequest);
      const times: number[] = [];
      for (let i = 0; i < calls / 5; i += 1) {
        await client.listFunds(otherRequest);
        const startedAt = performance.now();
        await client.listFunds(request);
        times.push(performance.now() - startedAt);
      }
      return recorder.keep('live-index, first time for the viewer', latencyOf(times)).p50Ms;
    } finally {
      client.close();
    }
  } finally {
    await server.stop();
  }
}
