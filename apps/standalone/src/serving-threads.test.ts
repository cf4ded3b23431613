import { Code, ConnectError, createClient, type Client } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { verifyLog } from '@finance/audit';
import { FundsService, PaginationStrategy } from '@finance/contract/funds-service';
import { createOracle } from '@finance/strategy-contract';
import { generateDataSet } from '@finance/seeder';
import { insertDataSet, withTestDatabases } from '@finance/testkit';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { startProcess, type TestProcess } from './test-process.ts';

type FundsClient = Client<typeof FundsService>;

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

  it(
    'answers rightly from both threads, which see each other’s writes; no call is lost as it stops',
    { timeout: 120_000 },
    async () => {
      await insertDataSet(database, company);
      const first = await startWithTwoThreads(url);
      const { clients } = first;

      for (const [i, { userId }] of company.users.entries()) {
        const visible = oracle.visibleFunds(userId, {}, { column: 'amount', descending: true });
        const request = { viewerUserId: userId, orderBy: 'amount desc', strategy: PaginationStrategy.LIVE_INDEX };
        const [client, other] = [clients[i % 16]!, clients[(i + 5) % 16]!];
        const page = await client.listFunds(request);
        expect(page.totalSize).toBe(BigInt(visible.length));
        expect(page.funds.map(({ fundId }) => fundId)).toEqual(visible.slice(0, 20).map(({ fundId }) => fundId));
        if (page.nextPageToken === '') continue;
        // The token of one thread is good for the other, although no key is configured.
        const next = await other.listFunds({ ...request, pageToken: page.nextPageToken });
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

      const text = await first.page();
      for (const thread of threads) {
        const served = `rpc="finance.funds.v1.FundsService/ListFunds",code="OK",strategy="live-index",thread="${thread}"`;
        expect(text).toMatch(new RegExp(`^finance_rpc_duration_seconds_count{${served}} [1-9]`, 'm'));
      }

      const second = await startWithTwoThreads(url);
      const pairs = clients.map((client, i) => [client, second.clients[i]!]);
      let isOver = false;
      let calls = 0;
      const failures: unknown[] = [];
      const load = Promise.all(
        pairs.map(async (instances) => {
          for (; !isOver; calls += 1) await listFundsWell(instances).catch((error: unknown) => failures.push(error));
        }),
      );
      await vi.waitUntil(() => calls > 500, patience);
      first.server.kill('SIGTERM');
      expect((await first.server.ended).code).toBe(0);
      isOver = true;
      await load;
      expect(failures).toEqual([]);
      second.server.kill('SIGTERM');
      expect((await second.server.ended).code).toBe(0);

      const report = await verifyLog(database, [], new AbortController().signal);
      expect(report).toMatchObject({ firstBad: undefined, pendingChanges: 0 });
      // Start and stop of four threads, the writes, the pages and everything read.
      expect(report.lastSequence).toBeGreaterThanOrEqual(BigInt(8 + 16 + 60 + 16 * 16 + calls));
    },
  );
});

/** A stream that came after GOAWAY is refused unprocessed; gRPC calls that UNAVAILABLE, connect-node's client INTERNAL. */
const isUnavailable = ({ code, message }: ConnectError): boolean =>
  code === Code.Unavailable || message.includes('NGHTTP2_REFUSED_STREAM');

/** As docs/operations.md asks of callers: what ends with UNAVAILABLE is called again, on another instance. */
async function listFundsWell(instances: readonly FundsClient[]): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      const { totalSize } = await instances[tries % instances.length]!.listFunds({ viewerUserId: 1n });
      expect(totalSize).toBe(500n);
      return;
    } catch (error) {
      if (!isUnavailable(ConnectError.from(error)) || tries > 3) throw error;
    }
  }
}
