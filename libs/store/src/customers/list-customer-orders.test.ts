import type { User } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import type { DataSet } from '@finance/strategy-contract';
import { arbitraryCompany, insertDataSet, withTestDatabases } from '@finance/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveScope } from '../org/resolve-scope.ts';
import { listCustomerOrders, type CustomerOrdersQuery, type CustomerWithOrders } from './list-customer-orders.ts';
import type { CustomerFilter } from './visible-customer-ids.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

const byId = <T>(items: readonly T[], idOf: (item: T) => bigint): T[] =>
  items.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));

/** Whether a viewer stands above a person or is them, found upwards; only the viewer themselves for staff. */
function isInScope(users: ReadonlyMap<bigint, User>, viewer: User, userId: bigint): boolean {
  if (viewer.role === 'staff') return userId === viewer.userId;
  for (let person = users.get(userId); person; person = users.get(person.parentUserId ?? 0n)) {
    if (person.userId === viewer.userId) return true;
  }
  return false;
}

/** All customers as the contract defines them, from the records in plain code. */
function recomputed({ users: all, customers, orders }: DataSet, viewer: User, filter: CustomerFilter) {
  const users = new Map(all.map((user) => [user.userId, user]));
  const sees = (userId: bigint): boolean => viewer.role === 'admin' || isInScope(users, viewer, userId);
  return byId(customers, (customer) => customer.customerId)
    .filter(({ customerId }) => filter.customerId === undefined || customerId === filter.customerId)
    .filter(
      ({ adminUserId }) => filter.department === undefined || users.get(adminUserId)?.department === filter.department,
    )
    .map((customer): CustomerWithOrders => ({
      ...customer,
      orders: byId(orders, (order) => order.orderId)
        .filter((order) => order.customerId === customer.customerId)
        .filter((order) => sees(order.ownerUserId) || sees(customer.adminUserId))
        .map(({ orderId, ownerUserId, amountCents }) => ({ orderId, ownerUserId, amountCents })),
    }))
    .filter((customer) => customer.orders.length > 0);
}

async function walk(session: SqlSession, query: CustomerOrdersQuery, totalSize: number): Promise<CustomerWithOrders[]> {
  const walked: CustomerWithOrders[] = [];
  for (let after: bigint | undefined; ;) {
    const page = await listCustomerOrders(session, { ...query, after });
    expect(page.totalSize).toBe(BigInt(totalSize));
    walked.push(...page.customers);
    if (!page.hasMore) return walked;
    expect(page.customers.length).toBeGreaterThan(0);
    after = page.customers.at(-1)!.customerId;
  }
}

describe.each(databases)('customers with orders on $name', ({ name, database }) => {
  it('are those with visible orders, page by page, for every viewer and filter', async () => {
    const companies = arbitraryCompany({ usersMax: 10, ordersMax: 20, customersMax: 8, fundsMax: 1 });
    await fc.assert(
      fc.asyncProperty(companies, async (company) => {
        await insertDataSet(database, company);
        await database.snapshot(signal, async (session) => {
          const filters: CustomerFilter[] = [
            {},
            { department: 'sales' },
            { department: 'sales ' },
            { customerId: company.customers[0]?.customerId ?? 5n },
            { customerId: 424_242n, department: '' },
          ];
          for (const viewer of company.users) {
            const scope = await resolveScope(session, viewer.userId);
            for (const filter of filters) {
              const expected = recomputed(company, viewer, filter);
              for (const pageSize of filter === filters[0] ? [1, 3, 100] : [100]) {
                const query = { scope, filter, pageSize };
                expect(await walk(session, query, expected.length)).toEqual(expected);
              }
            }
          }
        });
      }),
      { numRuns: name === 'sqlite' ? 40 : 15 },
    );
  }, 60_000);

  it('show the first orders of a customer with many, and end a page early that would hold too many', async () => {
    const userId = 1n;
    const customers = Array.from({ length: 50 }, (_, i) => ({
      customerId: BigInt(i + 1),
      name: `${i}`,
      adminUserId: userId,
    }));
    const orders = Array.from({ length: 500 }, (_, i) => ({
      orderId: BigInt(i + 1),
      ownerUserId: 2n,
      customerId: BigInt((i % 50) + 1),
      amountCents: BigInt(i),
      createdAtMicros: 0,
    }));
    const viewer: User = { userId, name: '', role: 'staff', department: '', parentUserId: null };
    const company = { users: [viewer], orders, customers, funds: [] };
    await insertDataSet(database, company);
    const expected = recomputed(company, viewer, {}).map((customer) => ({
      ...customer,
      orders: customer.orders.slice(0, 4),
    }));
    await database.snapshot(signal, async (session) => {
      const scope = await resolveScope(session, userId);
      const query = { scope, filter: {}, pageSize: 45, ordersPerCustomerMax: 4 };
      expect((await listCustomerOrders(session, query)).customers).toEqual(expected.slice(0, 45));
      const short = await listCustomerOrders(session, { ...query, ordersPerPageMax: 99 });
      expect(short).toEqual({ customers: expected.slice(0, 25), hasMore: true, totalSize: 50n });
      expect(await walk(session, { ...query, ordersPerPageMax: 3 }, 50)).toEqual(expected);
    });
  });
});
