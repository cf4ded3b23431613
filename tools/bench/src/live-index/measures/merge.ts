import { sql } from 'drizzle-orm';
import { count } from '../../cli/tables.ts';
import { createLatencyRecorder } from '../../latency.ts';
import { checkedRequest, firstPage, type Subject } from '../subject.ts';

/** More than the index lets pile up before it merges, for a million funds. */
const changesMin = 30_000;
const changesShare = 0.03;
/** Changes of one statement; one transaction would be replayed as a whole. */
const changesPerStatement = 2_000;
/** Long enough for the merge to begin and to end at ten million funds. */
const watchedMs = 20_000;

/** Calls one after the other while enough is changed for a merge: how long serving ever stood still. */
export async function measureMerge(subject: Subject): Promise<void> {
  const { client, database, funds, recorder, run, supervisor } = subject;
  const changes = Math.max(changesMin, Math.round(funds * changesShare));
  const latencies = createLatencyRecorder();
  let ended = false;
  const watch = async (): Promise<void> => {
    while (!ended && !run.signal.aborted) {
      const startedAt = performance.now();
      await client.check();
      latencies.record(performance.now() - startedAt);
    }
  };
  const watching = watch();
  for (let from = 1; from <= changes; from += changesPerStatement) {
    await database.transaction(run.signal, (session) =>
      session.run(sql`UPDATE financial_funds SET updated_at = created_at
        WHERE fund_id BETWEEN ${from} AND ${Math.min(changes, from + changesPerStatement - 1)}`),
    );
  }
  await new Promise((resolve) => setTimeout(resolve, watchedMs));
  ended = true;
  await watching;
  const latency = recorder.keep('empty calls while the index merges', latencies.latency());
  recorder.bar({
    name: 'empty call while the index takes in changes and merges, p99',
    figure: latency.p99Ms,
    unit: 'ms',
    bar: { kind: 'at most', value: 20 },
    details: `${count(changes)} funds changed; slowest ${latency.maxMs.toFixed(1)} ms of ${count(latency.calls)} calls`,
  });
  await checkedRequest(client, { ...firstPage(supervisor.user.userId), orderBy: 'updated_at' });
}
