import { FundStatus } from '@finance/contract/fund';
import { FundsService, PaginationStrategy } from '@finance/contract/funds-service';
import { Basis } from '@finance/contract/permission';
import { defineService } from '@finance/service-kit';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { parseCsv } from '../testing/parse-csv.ts';
import { runFinance } from '../testing/run-finance.ts';
import { serve } from '../testing/serve.ts';

/** A name that tries every form. */
const nastyName = 'Comma, "quote",\r\nline\u001b[31m red';

const funds = [
  {
    fundId: 1n,
    amountCents: 999_999_999_999_999n,
    currencyCode: 'EUR',
    status: FundStatus.SETTLED,
    handlerUserId: 2n ** 63n - 1n,
    createTime: { seconds: 1_700_000_000n, nanos: 123_456_000 },
    details: { handlerName: nastyName, viewerBases: [Basis.HANDLER, Basis.ORDER_OWNER] },
  },
  { fundId: 2n, amountCents: -5n, currencyCode: 'JPY', status: 77 as FundStatus, orderId: 3n },
];
const server = await serve(
  defineService(FundsService, {
    listFunds: async ({ pageToken }) => ({
      funds,
      nextPageToken: pageToken === 'second' ? '' : 'second',
      totalSize: 4n,
      strategyUsed: PaginationStrategy.ADAPTIVE_SQL,
    }),
  }),
);
afterAll(() => server.close());
afterEach(() => vi.unstubAllEnvs());

const list = (...args: string[]) => ['funds', 'list', '--viewer', '1', '--server', server.url, ...args];

describe('CSV', () => {
  it('quotes by RFC 4180, keeps text as it is, and has exact amounts', async () => {
    const { stdout } = await runFinance(list('--csv', '--view', 'full'));
    const [head, first, second, ...rest] = parseCsv(stdout);
    expect(rest).toEqual([]);
    const column = (name: string) => head!.indexOf(name);
    expect(first![column('handler_name')]).toBe(nastyName);
    expect(first![column('amount')]).toBe('9999999999999.99');
    expect(first![column('handler_user_id')]).toBe('9223372036854775807');
    expect(first![column('create_time')]).toBe('2023-11-14T22:13:20.123456Z');
    expect(first![column('viewer_bases')]).toBe('handler order-owner');
    expect(second).toEqual(['2', '-0.05', 'JPY', '77', '', '3', '', '', '', ...Array<string>(8).fill('')]);
  });
  it('has one header line for all pages', async () => {
    const { stdout } = await runFinance(list('--csv', '--all'));
    expect(parseCsv(stdout).map(([first]) => first)).toEqual(['fund_id', '1', '2', '1', '2']);
  });
});

describe('JSON', () => {
  it('is one document of protobuf JSON, over several pages too', async () => {
    const { stdout } = await runFinance(list('--json', '--all'));
    const document = JSON.parse(stdout) as { funds: unknown[] };
    expect(document).toMatchObject({
      funds: [
        { fundId: '1', amountCents: '999999999999999', status: 'FUND_STATUS_SETTLED', orderId: '0' },
        { fundId: '2', amountCents: '-5', status: 77 },
        { fundId: '1' },
        { fundId: '2' },
      ],
      nextPageToken: '',
      totalSize: '4',
      strategyUsed: 'PAGINATION_STRATEGY_ADAPTIVE_SQL',
    });
    expect(stdout).toBe(`${JSON.stringify(document, null, 2)}\n`);
  });
});

describe('tables', () => {
  it('show money with currency and control characters as escapes', async () => {
    const { stdout } = await runFinance(list('--view', 'full'));
    expect(stdout).toContain('9999999999999.99 EUR');
    expect(stdout).toContain('-0.05 JPY');
    expect(stdout).toContain('Comma, "quote",\\u000d\\u000aline\\u001b[31m red');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('2 of 4 funds, page 1 of 1, by adaptive-sql, next: --page 2');
  });

  it('have colours on a terminal only, and not with NO_COLOR', async () => {
    // Node gives no colours on a CI machine it does not know, terminal or not.
    for (const name of ['CI', 'FORCE_COLOR', 'NO_COLOR']) vi.stubEnv(name, undefined);
    vi.stubEnv('TERM', 'xterm-256color');
    expect((await runFinance(list(), true)).stdout).toContain('\u001b[32msettled');
    vi.stubEnv('NO_COLOR', '1');
    expect((await runFinance(list(), true)).stdout).not.toContain('\u001b');
    vi.stubEnv('NO_COLOR', undefined);
    vi.stubEnv('FORCE_COLOR', '3');
    expect((await runFinance(list())).stdout).not.toContain('\u001b');
  });

  it('come with progress on stderr on a terminal only', async () => {
    expect((await runFinance(list('--all'), true)).stderr).toContain('2 of 4 funds…');
    expect((await runFinance(list('--all'))).stderr).toBe('');
  });
});
