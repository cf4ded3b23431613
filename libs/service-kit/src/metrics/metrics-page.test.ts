import { FundsService, PaginationStrategy } from '@finance/contract/funds-service';
import { DomainError } from '@finance/domain';
import { gauge } from '@finance/metrics';
import { expect, test } from 'vitest';
import { grpcClient, grpcUnary, postJson, serveFunds } from '../test-servers.ts';
import type { RunningServers } from '../start-servers.ts';

const service = 'finance.funds.v1.FundsService';

const pageOf = async ({ httpUrl }: RunningServers) => (await fetch(`${httpUrl}/metrics`)).text();

test('calls are counted by RPC, code and strategy, alike on both listeners, and refused ones by reason', async () => {
  const servers = await serveFunds({
    listFunds: async () => ({ strategyUsed: PaginationStrategy.LIVE_INDEX }),
    getFund: () => Promise.reject(new DomainError('FUND_ACCESS_DENIED', 'no')),
  });
  const client = grpcClient(servers);
  await grpcUnary(client, FundsService.method.listFunds, {});
  await postJson(servers, `${service}/ListFunds`, '{}');
  await grpcUnary(client, FundsService.method.getFund, { fundId: 1n });
  await postJson(servers, `${service}/ListFunds`, '{');
  await postJson(servers, `${service}/ListFunds`, '{"unknown":1}');

  const page = await pageOf(servers);
  const name = 'finance_rpc_duration_seconds_count';
  expect(page).toContain(`${name}{rpc="${service}/ListFunds",code="OK",strategy="live-index"} 2\n`);
  expect(page).toContain(`${name}{rpc="${service}/GetFund",code="PERMISSION_DENIED",strategy=""} 1\n`);
  expect(page).toContain('finance_rpc_refused_total{reason="FIELD_INVALID"} 2\n');
  expect(page).toContain('finance_rpc_running 0\n');
});

test('calls that run are counted, streams included, and none is left over when callers go away', async () => {
  const begun = Promise.withResolvers<void>();
  const servers = await serveFunds({
    async *exportFunds() {
      begun.resolve();
      for (;;) yield { funds: [] };
    },
  });
  const gone = new AbortController();
  const reading = fetch(`${servers.httpUrl}/${service}/ExportFunds`, {
    method: 'POST',
    headers: { 'content-type': 'application/connect+json' },
    body: new Uint8Array([0, 0, 0, 0, 2, 0x7b, 0x7d]),
    signal: gone.signal,
  }).catch(() => undefined);
  await begun.promise;
  expect(await pageOf(servers)).toContain('finance_rpc_running 1\n');
  gone.abort();
  await reading;
  await expect.poll(() => pageOf(servers)).toContain('finance_rpc_running 0\n');
  expect(await pageOf(servers)).toContain(`{rpc="${service}/ExportFunds",code="CANCELLED",strategy=""} 1\n`);
});

test("the page holds the service's own metrics and the process's, in the format that Prometheus asks for", async () => {
  const servers = await serveFunds({}, {}, { metrics: [gauge('finance_test', 'A test.', () => 7)] });
  const response = await fetch(`${servers.httpUrl}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const page = await response.text();
  expect(page).toMatch(/^finance_test 7$/m);
  expect(page).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(page).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
});
