import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { verifyLog } from '@finance/audit';
import { FundsService, PaginationStrategy } from '@finance/contract/funds-service';
import { createOracle } from '@finance/strategy-contract';
import { generateDataSet } from '@finance/seeder';
import { insertDataSet, withTestDatabases } from '@finance/testkit';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { startProcess, type TestProcess } from './test-process.ts';

const databases = await withTestDatabases(import.meta.url);
const company = generateDataSet({ profile: 'company', users: 60, records: 500, seed: 3 });
const oracle = createOracle(company);
const running: TestProcess[] = [];
afterAll(async () => {
  for (const each of running) each.kill('SIGKILL');
  await Promise.all(running.map((each) => each.ended));
});

const patience = { timeout: 60_000, interval: 100 };
const threads = ['0', '1'];

/** A standalone with two threads whose indexes are ready, and clients with a connection of their own each. */
async function startWithTwoThreads(DATABASE_URL: string) {
  const server = startProcess('standalone', { DATABASE_URL, SERVING_THREADS: '2' });
  running.push(server);
  const { grpc, http } = await server.serving;
  const page = async () => (await fetch(`${http}/metrics`)).text();
  await vi.waitUntil(async () => {
    const text = await page();
    return threads.every((thread) => text.includes(`finance_live_index_state{state="ready",thread="${thread}"} 1\n`));
  }, patience);
  // That 16 connections all meet one of two threads happens once in 32,768 runs.
  const clients = Array.from({ length: 16 }, () =>
    createClient(FundsService, createGrpcTransport({ baseUrl: `http://${grpc}` })),
  );
  return { server, page, clients };
}

describe.each(databases)('a standalone with SERVING_THREADS=2 on $name', ({ database, target }) => {
  const url = target.engine === 'mysql' ? target.url : `sqlite:${target.file}`;

  it('answers rightly from both threads, which see each other’s writes and keep one audit log', async () => {
    await insertDataSet(database, company);
    const { server, page, clients } = await startWithTwoThreads(url);

    for (const [i, { userId }] of company.users.entries()) {
      const visible = oracle.visibleFunds(userId, {}, { column: 'amount', descending: true });
      const request = { viewerUserId: userId, orderBy: 'amount desc', strategy: PaginationStrategy.LIVE_INDEX };
      const [client, other] = [clients[i % 16]!, clients[(i + 5) % 16]!];
      const answer = await client.listFunds(request);
      expect(answer.totalSize).toBe(BigInt(visible.length));
      expect(answer.funds.map(({ fundId }) => fundId)).toEqual(visible.slice(0, 20).map(({ fundId }) => fundId));
      if (answer.nextPageToken === '') continue;
      // The token of one thread is good for the other, although no key is configured.
      const next = await other.listFunds({ ...request, pageToken: answer.nextPageToken });
      expect(next.funds.map(({ fundId }) => fundId)).toEqual(visible.slice(20, 40).map(({ fundId }) => fundId));
    }

    const admin = company.users.find(({ role }) => role === 'admin')!.userId;
    const { fundId } = company.funds[0]!;
    for (const [i, writer] of clients.entries()) {
      const amountCents = BigInt(1_000 + i);
      await writer.updateFund({ fund: { fundId, amountCents }, updateMask: { paths: ['amount_cents'] } });
      const seen = await Promise.all(clients.map((client) => client.getFund({ viewerUserId: admin, fundId })));
      expect(new Set(seen.map(({ fund }) => fund!.amountCents))).toEqual(new Set([amountCents]));
    }

    const text = await page();
    for (const thread of threads) {
      const served = `rpc="finance.funds.v1.FundsService/ListFunds",code="OK",strategy="live-index",thread="${thread}"`;
      expect(text).toMatch(new RegExp(`^finance_rpc_duration_seconds_count{${served}} [1-9]`, 'm'));
    }

    server.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
    const report = await verifyLog(database, {}, new AbortController().signal);
    expect(report).toMatchObject({ firstBad: undefined, pendingChanges: 0 });
    // Start and stop of both threads, the writes, the pages and the reads.
    expect(report.lastSequence).toBeGreaterThanOrEqual(BigInt(4 + 16 + 60 + 16 * 16));
  });
});
