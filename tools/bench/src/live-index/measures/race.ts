import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { sql } from 'drizzle-orm';
import { count } from '../../cli/tables.ts';
import { decodePage } from '../../questions/raw-messages.ts';
import { checkedRequest, firstPage, type Subject } from '../subject.ts';

const writes = 10_000;
const readers = 4;
/** Generous: what is read while a write is under way may be the old or the new amount. */
const fullyConsistent = { requirement: { case: 'fullyConsistent', value: true } } as const;
const asItIs = { requirement: { case: 'minimizeLatency', value: true } } as const;

/**
 * A writer changes a fund's amount again and again with plain SQL, upwards; readers remember the last acknowledged
 * amount before each call. An answer below it is stale: none may be with the fence, and some are without.
 */
export async function measureRace(subject: Subject): Promise<void> {
  const { recorder, supervisor } = subject;
  for (const [name, consistency, bar] of [
    ['fully consistent', fullyConsistent, { kind: 'at most', value: 0 }],
    ['without the fence (minimize_latency)', asItIs, { kind: 'at least', value: 1 }],
  ] as const) {
    const { reads, stale } = await race(subject, consistency);
    recorder.bar({
      name: `stale answers, ${name}`,
      figure: stale,
      unit: 'stale answers',
      bar,
      details: `${count(writes)} acknowledged writes by plain SQL, ${readers} readers, ${count(reads)} reads by user ${supervisor.user.userId}`,
    });
  }
}

async function race(subject: Subject, consistency: typeof fullyConsistent | typeof asItIs) {
  const { client, database, grpcUrl, run, supervisor } = subject;
  const viewerUserId = supervisor.user.userId;
  const page = decodePage(await client.listFunds(await checkedRequest(client, firstPage(viewerUserId))));
  const fund = page.funds.at(-1)!;
  const { amountColumn, amountParam } = database.dialect;
  const setAmount = (cents: bigint) =>
    database.transaction(run.signal, (session) =>
      session.run(sql`UPDATE financial_funds SET ${sql.raw(amountColumn)} = ${amountParam(cents)}
        WHERE fund_id = ${fund.fundId}`),
    );
  let acknowledged = 0n;
  let ended = false;
  let reads = 0;
  let stale = 0;
  const write = async (): Promise<void> => {
    for (let cents = 1n; cents <= writes; cents += 1n) {
      await setAmount(cents);
      acknowledged = cents;
    }
    ended = true;
  };
  const read = async (): Promise<void> => {
    const funds = createClient(FundsService, createGrpcTransport({ baseUrl: grpcUrl }));
    while (!ended) {
      const before = acknowledged;
      const answer = await funds.getFund({ viewerUserId, fundId: fund.fundId, consistency });
      reads += 1;
      if (before > 0n && answer.fund!.amountCents < before) stale += 1;
    }
  };
  const writing = write().finally(() => (ended = true));
  await Promise.all([writing, ...Array.from({ length: readers }, read)]);
  await setAmount(fund.amountCents);
  return { reads, stale };
}
