import { newSeed, signingKey } from '@finance/audit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../testing/parse-csv.ts';
import { runFinance, spawnFinance, type RunResult } from '../testing/run-finance.ts';
import { startStandalone, type StandaloneServer } from '../testing/start-standalone.ts';

let server: StandaloneServer;
beforeAll(async () => {
  server = await startStandalone();
});
afterAll(() => server.stop());

async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runFinance([...args, '--server', server.grpcUrl]);
  expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const failure = (...args: string[]): Promise<RunResult> => runFinance([...args, '--server', server.grpcUrl]);

async function json<T>(...args: string[]): Promise<T> {
  return JSON.parse(await output(...args, '--json')) as T;
}

/** The records of CSV as objects. */
async function csv(...args: string[]): Promise<Record<string, string>[]> {
  const [head, ...lines] = parseCsv(await output(...args, '--csv'));
  return lines.map((line) => Object.fromEntries(head!.map((name, index) => [name, line[index]!])));
}

interface Fund {
  readonly fundId: string;
  readonly amountCents: string;
  readonly status: string;
  readonly createTime: string;
  readonly details?: { readonly handlerDepartment: string };
}
interface FundPage {
  readonly funds: readonly Fund[];
  readonly nextPageToken: string;
  readonly totalSize?: string;
}

const viewer = ['--viewer', '41'];

describe('funds list', () => {
  it('pages by number, by token and all at once give the same funds, as many as the total', async () => {
    const list = ['funds', 'list', ...viewer, '--sort', 'amount desc'];
    const all = await json<FundPage>(...list, '--all', '--page-size', '200');
    expect(all.funds).toHaveLength(Number(all.totalSize));
    expect(all.funds.length).toBeGreaterThan(400);
    expect(all.nextPageToken).toBe('');
    const ids = (page: FundPage) => page.funds.map(({ fundId }) => fundId);
    expect(new Set(ids(all)).size).toBe(all.funds.length);
    const second = await json<FundPage>(...list, '--page', '2', '--page-size', '7');
    expect(ids(second)).toEqual(ids(all).slice(7, 14));
    const third = await json<FundPage>(...list, '--page-size', '7', '--page-token', second.nextPageToken);
    expect(ids(third)).toEqual(ids(all).slice(14, 21));
    const table = await output(...list, '--page', '2', '--page-size', '7');
    for (const id of ids(second)) expect(table).toContain(` ${id} `);
    expect(table).toMatch(/7 of [\d,]+ funds, page 2 of [\d,]+, by [a-z-]+, next: --page 3\n$/);
    const lines = await csv(...list, '--all');
    expect(lines.map((line) => line['fund_id'])).toEqual(ids(all));
    expect(lines.map((line) => BigInt(line['amount']!.replace('.', '')))).toEqual(
      all.funds.map((fund) => BigInt(fund.amountCents)),
    );
  });

  it('narrows by every field of the filter', async () => {
    const list = (...filter: string[]) => json<FundPage>('funds', 'list', '--viewer', '1', '--all', ...filter);
    const { funds } = await list('--amount-min', '1000.50', '--amount-max', '1100', '--view', 'full');
    expect(funds.length).toBeGreaterThan(10);
    for (const { amountCents } of funds) {
      expect(Number(amountCents)).toBeGreaterThanOrEqual(100_050);
      expect(Number(amountCents)).toBeLessThanOrEqual(110_000);
    }
    const fund = (await json<{ fund: Fund & Record<string, string> }>('funds', 'get', '10790', '--viewer', '1')).fund;
    const exact = ['--amount-min', '764097.88', '--amount-max', '764097.88', '--created-from', fund.createTime];
    const same = [
      '--handler',
      fund['handlerUserId']!,
      '--order',
      fund['orderId']!,
      '--customer',
      fund['customerId']!,
      '--status',
      'pending,settled',
      '--status',
      'approved',
    ];
    expect((await list(...exact, ...same)).funds).toMatchObject([{ fundId: '10790', amountCents: '76409788' }]);
    expect((await list(...same, '--created-to', fund.createTime)).funds).not.toContainEqual(fund);
    const sales = await list('--department', 'Sales', '--amount-min', '100000', '--view', 'full');
    expect(new Set(sales.funds.map((each) => each.details?.handlerDepartment))).toEqual(new Set(['Sales']));
    expect((await list('--status', 'rejected', '--amount-min', '50000')).funds.map((each) => each.status)).toContain(
      'FUND_STATUS_REJECTED',
    );
  });

  it('leaves the total out and takes a strategy and a consistency token', async () => {
    const list = ['funds', 'list', ...viewer, '--page-size', '1'];
    const page = await json<FundPage & { consistencyToken: string; strategyUsed: string }>(
      ...list,
      '--total',
      'none',
      '--strategy',
      'temporary-table',
    );
    expect(page).not.toHaveProperty('totalSize');
    expect(page.strategyUsed).toBe('PAGINATION_STRATEGY_TEMPORARY_TABLE');
    for (const how of ['full', 'fast', page.consistencyToken]) await output(...list, '--consistency', how);
    expect(await failure(...list, '--consistency', 'nonsense')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('CONSISTENCY_TOKEN_INVALID') as string,
    });
  });

  it('is refused by the server with its reason, exit code 1', async () => {
    for (const [args, line] of [
      [['--viewer', '99999'], /^finance: VIEWER_NOT_FOUND: .*; `finance users list` shows/],
      [[...viewer, '--sort', 'colour'], /^finance: ORDER_BY_INVALID: order_by must be one of fund_id, amount/],
      [[...viewer, '--amount-min', '2', '--amount-max', '1'], /^finance: FILTER_INVALID: /],
      [[...viewer, '--strategy', 'in-list'], /^finance: STRATEGY_NOT_ALLOWED: .*leave --strategy out/],
      [[...viewer, '--page-token', 'x'], /^finance: PAGE_TOKEN_INVALID: .*start again/],
    ] as const) {
      const { code, stdout, stderr } = await failure('funds', 'list', ...args);
      expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 1, stdout: '', lines: 2 });
      expect(stderr).toMatch(line);
    }
  });
});

describe('funds get', () => {
  it('shows one fund and several', async () => {
    expect(await output('funds', 'get', '17040', '--viewer', '2')).toMatch(/^amount +1003130\.00 USD$/m);
    expect(await csv('funds', 'get', '17040', '--viewer', '2', '--view', 'full')).toMatchObject([
      { fund_id: '17040', amount: '1003130.00', currency_code: 'USD', viewer_bases: 'handler customer-admin' },
    ]);
    expect(await output('funds', 'get', '17041', '17040', '--viewer', '1')).toMatch(/17041[^]*17040/);
    const { funds } = await json<FundPage>('funds', 'get', '17041', '17040', '--viewer', '1');
    expect(funds.map(({ fundId }) => fundId)).toEqual(['17041', '17040']);
  });
  it('of an invisible fund ends with 4', async () => {
    const { code, stdout, stderr } = await failure('funds', 'get', '17040', '--viewer', '3');
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(/^finance: FUND_ACCESS_DENIED: [^\n]+\n$/);
  });
});

describe('funds summary and export', () => {
  it('agree with the list', async () => {
    const all = await json<FundPage>('funds', 'list', '--viewer', '2', '--all', '--status', 'settled,pending');
    const sum = all.funds.reduce((cents, fund) => cents + BigInt(fund.amountCents), 0n);
    const summary = ['funds', 'summary', '--viewer', '2', '--status', 'settled,pending'];
    const { totals, groups } = await json<Record<'totals' | 'groups', unknown>>(...summary, '--by', 'status');
    expect(totals).toMatchObject({ fundCount: String(all.funds.length), amountCents: String(sum) });
    expect(groups).toHaveLength(2);
    const grouped = await csv(...summary, '--by', 'status');
    expect(grouped.map(({ key }) => key)).toEqual(['pending', 'settled']);
    const decimal = `${sum / 100n}.${String(sum % 100n).padStart(2, '0')}`;
    expect(await csv(...summary)).toEqual([{ key: '', fund_count: String(all.funds.length), amount: decimal }]);
    expect(await output(...summary, '--by', 'status')).toContain(decimal);

    const exported = ['funds', 'export', '--viewer', '2', '--status', 'settled,pending'];
    expect(await json<FundPage>(...exported)).toMatchObject({ funds: all.funds, consistencyToken: expect.any(String) });
    const lines = await csv(...exported, '--sort', 'amount desc');
    expect(lines).toHaveLength(all.funds.length);
    expect(await output(...exported, '--handler', '93')).toMatch(/\n[\d,]+ funds, all there are\n$/);
    expect(await csv('funds', 'export', '--viewer', '2', '--amount-min', '9999999999999')).toEqual([]);
  });
});

describe('customers orders', () => {
  it('shows one order a line and walks all pages', async () => {
    interface Customers {
      readonly customers: readonly { readonly customerId: string; readonly orders: readonly { orderId: string }[] }[];
      readonly totalSize: string;
    }
    const orders = ['customers', 'orders', ...viewer];
    const all = await json<Customers>(...orders, '--all');
    expect(all.customers).toHaveLength(Number(all.totalSize));
    const lines = await csv(...orders, '--all', '--page-size', '100');
    expect(lines.map((line) => line['order_id'])).toEqual(
      all.customers.flatMap((customer) => customer.orders.map(({ orderId }) => orderId)),
    );
    expect(lines[0]!['amount']).toMatch(/^\d+\.\d\d$/);
    const { customerId } = all.customers[1]!;
    expect(await output(...orders, '--customer', customerId)).toMatch(/\n1 of 1 customers, page 1\n$/);
    const sales = await json<Customers>(...orders, '--department', 'Sales', '--page-size', '1');
    expect(Number(sales.totalSize)).toBeLessThan(Number(all.totalSize));
  });
});

describe('access', () => {
  it('check tells for one fund and for many', async () => {
    expect(await json('access', 'check', '17040', '--viewer', '2')).toMatchObject({ allowed: true });
    expect(await json('access', 'check', '17040', '--viewer', '3')).toMatchObject({ allowed: false });
    expect(await csv('access', 'check', '17040', '1', '17040', '--viewer', '93')).toEqual([
      { fund_id: '17040', allowed: 'true' },
      { fund_id: '1', allowed: 'false' },
      { fund_id: '17040', allowed: 'true' },
    ]);
    expect(await output('access', 'check', '17040', '1', '--viewer', '93')).toMatch(/17040 │ allowed[^]*1 │ denied/);
    await output('access', 'check', '17040', '--viewer', '2', '--require');
    const denied = await failure('access', 'check', '17040', '1', '--viewer', '93', '--require', '--csv');
    expect(denied).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^finance: .*may not see 1; [^\n]*\n$/) as string,
    });
  });
  it('explain shows every path', async () => {
    const { paths } = await json<{ paths: { basis: string; userIds: string[] }[] }>(
      'access',
      'explain',
      '17040',
      '--viewer',
      '2',
    );
    expect(paths.map(({ basis }) => basis)).toEqual(['BASIS_HANDLER', 'BASIS_CUSTOMER_ADMIN']);
    expect(await csv('access', 'explain', '17040', '--viewer', '2')).toEqual([
      { cause: 'handler', user_ids: paths[0]!.userIds.join(' ') },
      { cause: 'customer-admin', user_ids: paths[1]!.userIds.join(' ') },
    ]);
    expect(await output('access', 'explain', '17040', '--viewer', '2')).toContain(paths[0]!.userIds.join(' → '));
    expect(await output('access', 'explain', '17040', '--viewer', '1')).toContain('role admin');
    expect(await output('access', 'explain', '17040', '--viewer', '3')).toContain('Viewer 3 may not see fund 17040');
  });
  it('viewers lists everyone, in pages that are reached by walking', async () => {
    const all = await csv('access', 'viewers', '17040', '--all', '--page-size', '2');
    expect(all.find((line) => line['user_id'] === '93')?.['bases']).toBe('handler');
    const page = await json<{ viewers: { user: { userId: string } }[]; totalSize: string }>(
      'access',
      'viewers',
      '17040',
      '--page',
      '2',
      '--page-size',
      '2',
    );
    expect(page.totalSize).toBe(String(all.length));
    expect(page.viewers.map(({ user }) => user.userId)).toEqual(all.slice(2, 4).map((line) => line['user_id']));
    expect(await output('access', 'viewers', '17040', '--page', '99')).toContain('0 of 6 viewers, page 99 of 1');
  });
});

describe('users', () => {
  it('list narrows, sorts and pages', async () => {
    const all = await csv('users', 'list', '--all', '--page-size', '70');
    expect(all).toHaveLength(200);
    const named = await json<{ users: { name: string; role: string }[]; totalSize: string }>(
      'users',
      'list',
      '--role',
      'supervisor',
      '--department',
      'Sales',
      '--sort',
      'name desc',
    );
    const expected = all.filter((user) => user['role'] === 'supervisor' && user['department'] === 'Sales');
    expect(named.totalSize).toBe(String(expected.length));
    expect(new Set(named.users.map(({ role }) => role))).toEqual(new Set(['ROLE_SUPERVISOR']));
    const table = await output('users', 'list', '--page-size', '50', '--page', '2');
    expect(table).toContain(all[50]!['name']!);
    expect(table).toContain('50 of 200 users, page 2 of 4, next: --page 3');
  });
  it('get shows a user and the org version', async () => {
    expect(await output('users', 'get', '41')).toMatch(/^name +Fatima Nguyen$/m);
    expect(await json('users', 'get', '41')).toMatchObject({ user: { userId: '41' }, orgVersion: '1' });
    expect(await csv('users', 'get', '41')).toMatchObject([{ user_id: '41', role: 'supervisor', org_version: '1' }]);
    expect(await failure('users', 'get', '4100')).toMatchObject({ code: 1 });
  });
  it('subordinates has depths', async () => {
    const all = await csv('users', 'subordinates', '2', '--all', '--page-size', '30');
    const direct = await json<{ users: { depth: number }[]; totalSize: string }>(
      'users',
      'subordinates',
      '2',
      '--depth',
      '1',
    );
    expect(direct.users.every(({ depth }) => depth === 1)).toBe(true);
    expect(direct.totalSize).toBe(String(all.filter((line) => line['depth'] === '1').length));
    expect(await output('users', 'subordinates', '2')).toContain(`20 of ${all.length} people, page 1 of`);
  });
  it('move previews, moves at the expected version only, and says what was affected', async () => {
    const move = ['users', 'move', '41', '--to', '150'];
    expect(await output(...move, '--dry-run')).toMatch(
      /^Would move user 41 under 150; nothing was changed\.\n[^]*people affected +5 /,
    );
    const preview = await json<Record<string, unknown>>(...move, '--dry-run');
    expect(preview).toMatchObject({ affectedUserCount: '5', affectedFundCount: '1354', orgVersion: '1' });
    const conflict = await failure(...move, '--expect-version', '7');
    expect(conflict).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^finance: ORG_VERSION_CONFLICT: /) as string,
    });
    expect(await output(...move, '--expect-version', '1')).toMatch(
      /^Moved user 41 under 150\.\n[^]*funds affected +1,354 /,
    );
    expect(await csv('users', 'move', '41', '--to-top')).toMatchObject([
      {
        user_id: '41',
        parent_user_id: '',
        affected_user_count: '5',
        org_version: expect.stringMatching(/^\d{2,}$/) as string,
      },
    ]);
    expect(await failure('users', 'move', '41', '--to', '41')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^finance: ORG_CYCLE: /) as string,
    });
  });
});

describe('watch', () => {
  it('shows the changes after a token, in every form, a line each', async () => {
    const { consistencyToken } = await json<{ consistencyToken: string }>('funds', 'list', ...viewer);
    await output('users', 'move', '41', '--to', '150');
    await output('users', 'move', '41', '--to-top');
    const watch = ['watch', '--after', consistencyToken, '--count'];
    expect(await output(...watch, '2')).toMatch(
      /^\S+ +user-moved 41: nobody -> user 150 +\(affects .*\)\n\S+ +user-moved 41: user 150 -> nobody/,
    );
    const { position, orgChange } = await json<Record<'position' | 'orgChange', unknown>>(...watch, '1');
    expect(orgChange).toMatchObject({ kind: 'ORG_CHANGE_KIND_MOVED', user: { userId: '41', parentUserId: '150' } });
    expect(await csv('watch', '--after', String(position), '--count', '1')).toMatchObject([
      { change: 'user-moved', id: '41', old_user_id: '150', new_user_id: '' },
    ]);
    expect(await failure('watch', '--after', 'nonsense')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^finance: CONSISTENCY_TOKEN_INVALID: after_token/) as string,
    });
  });
});

describe('audit', () => {
  it('lists what was asked, in every form, and finds the log as it was written', async () => {
    await output('users', 'get', '41');
    const rpc = ['--rpc', 'finance.permission.v1.PermissionService/GetUser'];
    await expect
      .poll(() => csv('audit', 'list', ...rpc, '--newest', '--page-size', '1'), { timeout: 10_000 })
      .toMatchObject([{ kind: 'call', outcome: 'OK', result_count: '1', viewer_user_id: '41' }]);
    expect(await output('audit', 'list', '--kind', 'start')).toMatch(/standalone/);
    const { entries } = await json<{ entries: readonly { sequence: string }[] }>('audit', 'list', '--page-size', '3');
    expect(entries.map(({ sequence }) => sequence)).toEqual(['1', '2', '3']);
    expect(await output('audit', 'list', '--from', '2200-01-01', '--csv')).toMatch(/^sequence,[^\n]*\n$/);
    expect(await json('audit', 'verify')).toMatchObject({ vouchedUpTo: '0', problems: [] });
    expect(await output('audit', 'verify')).toContain('as it was written');
  });
  it('verify fails where the log lacks what a checkpoint vouches for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'finance-cli-'));
    const [file, key] = [join(folder, 'other.checkpoints'), signingKey(Buffer.from(newSeed(), 'base64'))];
    writeFileSync(file, 'torn');
    const { code, stderr } = await failure(
      'audit',
      'verify',
      ...['--checkpoints', file, '--public-key', key.publicKey.text],
    );
    rmSync(folder, { recursive: true });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('holds no checkpoint') as string });
    expect(await failure('audit', 'verify', '--public-key', 'x')).toMatchObject({ code: 2 });
    expect(await failure('audit', 'verify', '--checkpoints', file)).toMatchObject({ code: 2 });
  });
});

describe('as a process', () => {
  it('takes the server from the environment, and the option before it', async () => {
    const env = { FINANCE_SERVER: 'http://127.0.0.1:1', FINANCE_PERMISSION_SERVER: server.grpcUrl };
    expect(await spawnFinance(['users', 'get', '1', '--csv'], env)).toMatchObject({ code: 0, stderr: '' });
    expect(await spawnFinance(['funds', 'list', ...viewer], env)).toMatchObject({ code: 3, stdout: '' });
  });
  it('ends quietly when its reader has seen enough', async () => {
    const args = ['funds', 'export', '--viewer', '1', '--json', '--server', server.grpcUrl];
    const { code, stdout, stderr } = await spawnFinance(args, {}, 10);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.length).toBeLessThan(2_000_000);
  });
});
