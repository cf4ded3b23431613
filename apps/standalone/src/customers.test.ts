import type { User } from '@finance/domain';
import { arbitraryCompany, insertDataSet, withTestDatabases } from '@finance/testkit';
import { createOracle } from '@finance/strategy-contract';
import { sample } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestService } from './test-service.ts';

/** One company with people of every role and size, the same in each run. */
const company = sample(arbitraryCompany({ usersMax: 30, ordersMax: 80, customersMax: 40, fundsMax: 1 }), {
  seed: 47,
  numRuns: 20,
}).toSorted((a, b) => b.orders.length * b.users.length - a.orders.length * a.users.length)[0]!;
const oracle = createOracle(company);

/** What a viewer should see: an order is visible like a fund that belongs to nothing but the order and its customer. */
function customersOf(viewer: User, department: string) {
  return company.customers
    .filter((customer) => {
      const admin = company.users.find((user) => user.userId === customer.adminUserId);
      return department === '' || admin?.department === department;
    })
    .toSorted((a, b) => (a.customerId < b.customerId ? -1 : 1))
    .map((customer) => ({
      customerId: customer.customerId,
      customerName: customer.name,
      adminUserId: customer.adminUserId,
      orders: company.orders
        .filter((order) => order.customerId === customer.customerId)
        .filter(({ orderId, customerId }) =>
          oracle.sees(viewer.userId, {
            fundId: 1n,
            handlerUserId: 424_242n,
            orderId,
            customerId,
            amountCents: 0n,
            currencyCode: 'EUR',
            status: 'pending',
            createdAtMicros: 0,
            updatedAtMicros: 0,
          }),
        )
        .toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1))
        .map(({ orderId, ownerUserId, amountCents }) => ({ orderId, ownerUserId, amountCents })),
    }))
    .filter((customer) => customer.orders.length > 0);
}

const databases = await withTestDatabases(import.meta.url);
const services = await Promise.all(
  databases.map(async ({ name, database }) => {
    await insertDataSet(database, company);
    return { name, ...(await startTestService(database)) };
  }),
);
afterAll(() => Promise.all(services.map(({ servers }) => servers.close())));
const cases = services.flatMap(({ name, clients }) => clients.map((client) => ({ name, ...client })));

describe.each(cases)('ListCustomerOrders on $name over $protocol', ({ funds }) => {
  it('walks every viewer’s customers and visible orders to the end by token, with the total on every page', async () => {
    for (const [i, viewer] of company.users.entries()) {
      const department = ['', 'sales', 'Sales'][i % 3]!;
      const expected = customersOf(viewer, department);
      const walked = [];
      let pageToken = '';
      do {
        const call = { viewerUserId: viewer.userId, department, pageSize: 7, pageToken };
        const page = await funds.listCustomerOrders(call);
        expect(page.totalSize).toBe(BigInt(expected.length));
        expect(page.consistencyToken).not.toBe('');
        walked.push(...page.customers);
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      expect(walked).toMatchObject(expected);
      expect(walked).toHaveLength(expected.length);
      expect(walked.map((customer) => customer.orders.length)).toEqual(expected.map(({ orders }) => orders.length));
    }
  });

  it('finds one customer, and tells an invisible one and a missing one alike', async () => {
    const viewer = company.users.find((user) => user.role !== 'admin' && customersOf(user, '').length > 0)!;
    const visible = customersOf(viewer, '');
    const hidden = company.customers.find(
      ({ customerId }) => !visible.some((customer) => customer.customerId === customerId),
    )!;
    const list = (customerId: bigint) => funds.listCustomerOrders({ viewerUserId: viewer.userId, customerId });
    const { customers, totalSize } = await list(visible[0]!.customerId);
    expect(customers).toMatchObject([visible[0]!]);
    expect(totalSize).toBe(1n);
    for (const customerId of [hidden.customerId, 424_242n]) {
      expect(await list(customerId)).toMatchObject({ customers: [], totalSize: 0n, nextPageToken: '' });
    }
  });
});
