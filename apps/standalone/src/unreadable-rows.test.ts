import { Code, type ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@finance/contract/rpc-error-details';
import { FundView } from '@finance/contract/fund';
import { PaginationStrategy, SummaryGroup } from '@finance/contract/funds-service';
import { fundSortColumns } from '@finance/domain';
import { startLiveIndexHost } from '@finance/index-host';
import { insertDataSet, runPlainSql, sampleCompany, withTestDatabases } from '@finance/testkit';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestService } from './test-service.ts';

/** User 1 is above everybody; 2 has reports; 20 and 30 are staff. */
const company = sampleCompany(30, 60);
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const databases = await withTestDatabases(import.meta.url);
const services = await Promise.all(
  databases.map(async ({ name, database, target }) => {
    await insertDataSet(database, company);
    const index = startLiveIndexHost(target, { log, audit: { intervalMs: 20 }, waitMs: 30_000 });
    await new Promise<void>((resolve) => index.onState((state) => state.name === 'ready' && resolve()));
    return { name, database, index, service: await startTestService(database, { index }) };
  }),
);
afterAll(async () => {
  for (const { index, service } of services) {
    await service.servers.close();
    await index.close();
  }
}, 60_000);

interface Disturbance {
  readonly column: string;
  /** As SQL writes it. */
  readonly value: string;
}

const ofEngine: Readonly<Record<'sqlite' | 'mysql', Readonly<Record<'funds' | 'links' | 'users', Disturbance[]>>>> = {
  sqlite: {
    funds: [
      { column: 'amount_cents', value: '10.5' },
      { column: 'amount_cents', value: `'abc'` },
      { column: 'amount_cents', value: '1000000000000000' },
      { column: 'currency_code', value: `x'ff'` },
      { column: 'status', value: `'odd'` },
      { column: 'created_at', value: `'soon'` },
      { column: 'created_at', value: '10.5' },
      { column: 'created_at', value: '-62135596800000001' },
      { column: 'updated_at', value: '253402300800000000' },
    ],
    links: [
      { column: 'handle_by', value: `'abc'` },
      { column: 'order_id', value: '1.5' },
      { column: 'customer_id', value: `x'00'` },
    ],
    users: [
      { column: 'role', value: `'chief'` },
      { column: 'name', value: `x'00'` },
      { column: 'department', value: `x'00'` },
    ],
  },
  mysql: {
    funds: [
      { column: 'status', value: `'odd'` },
      { column: 'created_at', value: `'0000-00-00'` },
      { column: 'created_at', value: `'2024-00-10'` },
      { column: 'created_at', value: `'2024-02-31'` },
      { column: 'created_at', value: `'0000-05-01'` },
      { column: 'updated_at', value: `'0000-00-00'` },
    ],
    links: [],
    users: [{ column: 'role', value: `'chief'` }],
  },
};

/** Lets MySQL store any date. */
const anyDate = `/*+ SET_VAR(sql_mode = 'ALLOW_INVALID_DATES') */`;

const everyFund = { viewerUserId: 1n, pageSize: 100 };
const { LIVE_INDEX, ADAPTIVE_SQL } = PaginationStrategy;

describe.each(services)('a row that cannot be read on $name', ({ name, database, index, service }) => {
  const { funds, permission } = service.clients[0]!;
  const { funds: disturbances, links, users } = ofEngine[name];
  const unreadable = (table: string, id: bigint, column: string) => {
    const metadata = { table, id: String(id), column: column.replace('amount_cents', 'amount') };
    return (error: ConnectError): boolean => {
      const details = error.findDetails(ErrorInfoSchema)[0];
      expect({ code: error.code, ...details }).toMatchObject({
        code: Code.FailedPrecondition,
        reason: 'RECORD_UNREADABLE',
        metadata,
      });
      return true;
    };
  };
  const expectUnreadable = (call: Promise<unknown>, table: string, id: bigint, column: string) =>
    expect(call).rejects.toSatisfy(unreadable(table, id, column));
  const exported = async (viewerUserId: bigint) => {
    let count = 0;
    for await (const batch of funds.exportFunds({ viewerUserId })) count += batch.funds.length;
    return count;
  };

  /** Page by page in every order: the funds of each, or what it could not read. */
  const walked = async (strategy: PaginationStrategy) => {
    const pages: unknown[] = [];
    for (const orderBy of fundSortColumns.flatMap((sorted) => [sorted, `${sorted} desc`])) {
      for (let skip = 0; skip < company.funds.length; skip += 20) {
        const page = funds.listFunds({ viewerUserId: 1n, pageSize: 20, orderBy, skip, strategy });
        const found = page.then(
          (response) => response.funds.map(({ fundId }) => fundId),
          (error: ConnectError) => error.findDetails(ErrorInfoSchema)[0]?.metadata,
        );
        pages.push({ orderBy, skip, found: await found });
      }
    }
    return pages;
  };
  const expectNoRebuilds = () =>
    expect(Object.values(index.hostStats().rebuilds).every((count) => count === 0)).toBe(true);

  beforeEach(() => insertDataSet(database, company));

  it.each(disturbances)(
    '$column = $value of a fund: only who meets it is told, and the index goes on',
    async ({ column, value }) => {
      const before = await funds.listFunds(everyFund);
      const others = { viewerUserId: blindTo(10n), pageSize: 100 };
      const ofOthers = await funds.listFunds(others);
      await runPlainSql(database, `UPDATE ${anyDate} financial_funds SET ${column} = ${value} WHERE fund_id = 10`);

      for (const strategy of [LIVE_INDEX, ADAPTIVE_SQL]) {
        await expectUnreadable(funds.listFunds({ ...everyFund, strategy }), 'financial_funds', 10n, column);
        await expectUnreadable(
          funds.listFunds({ ...everyFund, orderBy: 'created_at', strategy }),
          'financial_funds',
          10n,
          column,
        );
        const page = await funds.listFunds({ ...everyFund, pageSize: 9, strategy });
        expect(page).toMatchObject({ funds: before.funds.slice(0, 9), totalSize: before.totalSize });
        expect(page.strategyUsed).toBe(strategy);
        expect((await funds.listFunds({ ...others, strategy })).funds).toEqual(ofOthers.funds);
      }
      await expectUnreadable(funds.getFund({ viewerUserId: 1n, fundId: 10n }), 'financial_funds', 10n, column);
      await expectUnreadable(exported(1n), 'financial_funds', 10n, column);
      expect(await exported(others.viewerUserId)).toBe(ofOthers.funds.length);
      expect(await permission.checkAccess({ viewerUserId: 1n, fundId: 10n })).toMatchObject({ allowed: true });
      if (column === 'created_at' && !value.includes('02-31')) {
        const byMonth = funds.summarizeFunds({ viewerUserId: 1n, groupBy: SummaryGroup.MONTH });
        await expectUnreadable(byMonth, 'financial_funds', 10n, column);
      }
      if (column === 'status') {
        const byStatus = funds.summarizeFunds({ viewerUserId: 1n, groupBy: SummaryGroup.STATUS });
        await expectUnreadable(byStatus, 'financial_funds', 10n, column);
      }
      const sum = funds.summarizeFunds({ viewerUserId: 1n });
      if (column === 'amount_cents') await expectUnreadable(sum, 'financial_funds', 10n, column);
      else expect((await sum).totals?.fundCount).toBe(before.totalSize);
      expect(await walked(LIVE_INDEX)).toEqual(await walked(ADAPTIVE_SQL));

      await insertDataSet(database, company);
      const after = await funds.listFunds(everyFund);
      expect(after).toMatchObject({ funds: before.funds, strategyUsed: LIVE_INDEX });
      expectNoRebuilds();
    },
  );

  it.each(links)('$column = $value of a fund leads nowhere', async ({ column, value }) => {
    await runPlainSql(database, `UPDATE financial_funds SET ${column} = ${value} WHERE fund_id = 10`);
    for (const strategy of [LIVE_INDEX, ADAPTIVE_SQL]) {
      await expectUnreadable(funds.listFunds({ ...everyFund, strategy }), 'financial_funds', 10n, column);
      const page = await funds.listFunds({ ...everyFund, pageSize: 9, strategy });
      expect(page.strategyUsed).toBe(strategy);
      expect(page.totalSize).toBe(60n);
    }
    expect(await walked(LIVE_INDEX)).toEqual(await walked(ADAPTIVE_SQL));
    expectNoRebuilds();
  });

  it.each(users)('$column = $value of a user: others go on', async ({ column, value }) => {
    const before = await funds.listFunds(everyFund);
    await runPlainSql(database, `UPDATE users SET ${column} = ${value} WHERE id = 2`);
    expect(await funds.listFunds(everyFund)).toMatchObject({
      funds: before.funds,
      totalSize: before.totalSize,
      strategyUsed: LIVE_INDEX,
    });
    await expectUnreadable(permission.getUser({ userId: 2n }), 'users', 2n, column);
    await expectUnreadable(permission.listUsers({ pageSize: 5 }), 'users', 2n, column);
    expect((await permission.getUser({ userId: 3n })).user?.userId).toBe(3n);
    const handled = company.funds.find((fund) => fund.handlerUserId === 2n)!.fundId;
    if (column === 'role') {
      await expectUnreadable(funds.listFunds({ viewerUserId: 2n }), 'users', 2n, column);
      await expectUnreadable(permission.listFundViewers({ fundId: handled }), 'users', 2n, column);
    } else {
      expect((await funds.listFunds({ viewerUserId: 2n })).totalSize).toBeGreaterThan(0n);
      const full = { viewerUserId: 1n, fundId: handled, view: FundView.FULL };
      await expectUnreadable(funds.getFund(full), 'users', 2n, column);
    }
    if (column === 'department') {
      const summary = funds.summarizeFunds({ viewerUserId: 1n, groupBy: SummaryGroup.HANDLER_DEPARTMENT });
      await expectUnreadable(summary, 'users', 2n, column);
    }
    const created = await permission.createUser({ user: { name: 'New', role: 3, department: 'x', parentUserId: 2n } });
    expect(created.user?.parentUserId).toBe(2n);
  });

  it('an order and a customer that lead to no id lead to nobody', async () => {
    if (name === 'mysql') return;
    await runPlainSql(
      database,
      `UPDATE orders SET user_id = 'abc' WHERE order_id = 3`,
      `UPDATE customers SET admin_user_id = 0.5, name = x'00' WHERE customer_id = 3`,
    );
    const [byIndex, byStatements] = [
      await funds.listFunds(everyFund),
      await funds.listFunds({ ...everyFund, strategy: ADAPTIVE_SQL }),
    ];
    expect(byIndex).toMatchObject({ funds: byStatements.funds, strategyUsed: LIVE_INDEX });
    const fundId = company.funds.find((fund) => fund.customerId === 3n)!.fundId;
    await expect(funds.getFund({ viewerUserId: 1n, fundId, view: FundView.FULL })).rejects.toMatchObject({
      code: Code.FailedPrecondition,
    });
  });

  it('ids beyond the contract’s are named, and their followers go by SQL', async () => {
    if (name === 'sqlite') return;
    const alter = (type: string) =>
      runPlainSql(
        database,
        `ALTER TABLE financial_funds MODIFY fund_id ${type} NOT NULL AUTO_INCREMENT, MODIFY handle_by ${type} NOT NULL`,
      );
    const huge = 2n ** 63n;
    await alter('BIGINT UNSIGNED');
    await runPlainSql(
      database,
      `INSERT INTO financial_funds (fund_id, handle_by, amount, currency_code, status, created_at, updated_at)
       VALUES (${huge}, 20, 1, 'USD', 'pending', NOW(6), NOW(6))`,
    );
    const last = { viewerUserId: 1n, pageSize: 1, orderBy: 'fund_id desc' };
    await expectUnreadable(funds.listFunds(last), 'financial_funds', huge, 'fund_id');
    await expectUnreadable(funds.listFunds({ ...last, strategy: ADAPTIVE_SQL }), 'financial_funds', huge, 'fund_id');
    expect((await funds.listFunds({ ...last, orderBy: 'fund_id' })).totalSize).toBe(61n);
    await runPlainSql(database, `DELETE FROM financial_funds WHERE fund_id = ${huge}`);
    await runPlainSql(database, `UPDATE financial_funds SET handle_by = ${2n ** 64n - 1n} WHERE fund_id = 10`);
    await expectUnreadable(funds.listFunds(everyFund), 'financial_funds', 10n, 'handle_by');
    await runPlainSql(database, 'UPDATE financial_funds SET handle_by = 20 WHERE fund_id = 10');
    expect((await funds.listFunds(everyFund)).totalSize).toBe(60n);
    await alter('BIGINT');
  });
});

/** A staff member whom a fund does not touch. */
function blindTo(fundId: bigint): bigint {
  const fund = company.funds.find((each) => each.fundId === fundId)!;
  const touched = [
    fund.handlerUserId,
    company.orders.find((order) => order.orderId === fund.orderId)?.ownerUserId,
    company.customers.find((customer) => customer.customerId === fund.customerId)?.adminUserId,
  ];
  return company.users.find((user) => user.role === 'staff' && !touched.includes(user.userId))!.userId;
}
