import { fundSortColumns, type FundFilter, type FundOrder, type Role, type FundSummaryGroup } from '@finance/domain';
import { migrationStatements } from '@finance/schema';
import {
  explainNamedQueries,
  loadPlanCompany,
  planCompany,
  planProblems,
  planScope,
  withTestDatabases,
  type NamedQuery,
} from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  assignCustomer,
  assignOrder,
  createFund,
  createUser,
  deleteFund,
  explainAccess,
  exportFunds,
  fundDetails,
  getFunds,
  getUser,
  listCustomerOrders,
  listFundViewers,
  listSubordinates,
  listUsers,
  moveUser,
  resolveScope,
  summarizeFunds,
  updateFund,
  updateUser,
  visibleFundIds,
  type UserListQuery,
} from './index.ts';

const databases = await withTestDatabases(import.meta.url);

const { users, orders, funds } = planCompany;
const pageSize = 20;
const fund = funds[17]!;
const order = orders.find(({ customerId }) => customerId !== null)!;
/** The root of the only tree, a manager of some hundreds, one of six and somebody without reports. */
const [top, manager, teamLead, leaf] = [1n, 7n, 300n, 4_999n];
const admin = users.find((user) => user.role === 'admin')!.userId;
const fundIdLists = [funds.slice(0, 1_000), funds.slice(5_000, 5_020), [fund]];
const newUser = { userId: 0n, name: 'New', role: 'staff' as const, department: 'sales' };

function listUsersQueries(): NamedQuery[] {
  const filters: [string, Pick<UserListQuery, 'role' | 'department'>][] = [
    ['', {}],
    ...(['staff', 'supervisor', 'admin'] satisfies Role[]).map((role): [string, { role: Role }] => [
      ' of a role',
      { role },
    ]),
    [' of a department', { department: 'sales' }],
    [' of a role and department', { role: 'admin', department: 'sales' }],
  ];
  const middle = users[2_000]!;
  return filters.flatMap(([suffix, filter]) =>
    (['user_id', 'name'] as const).flatMap((column) =>
      [false, true].flatMap((descending) =>
        [undefined, { value: column === 'name' ? middle.name : middle.userId, userId: middle.userId }].map((after) => ({
          name: `store/list-users by ${column}${suffix}`,
          run: (session) => listUsers(session, { ...filter, order: { column, descending }, after, pageSize }),
        })),
      ),
    ),
  );
}

function variants<T>(
  name: string,
  inputs: readonly T[],
  run: (input: T, session: Parameters<NamedQuery['run']>[0]) => Promise<unknown>,
): NamedQuery[] {
  return inputs.map((input) => ({ name: `store/${name}`, run: (session) => run(input, session) }));
}

const dayMicros = 86_400_000_000;
const everyOrder = fundSortColumns.flatMap((column) => [false, true].map((descending) => ({ column, descending })));
const byAmount: readonly FundOrder[] = [{ column: 'amount', descending: true }];
/** Leave 1 % to 20 % of the funds. */
const narrowFilters: readonly FundFilter[] = [
  { amountCentsMin: 5_000_000n, amountCentsMax: 5_050_000n },
  { createdFromMicros: fund.createdAtMicros, createdToMicros: fund.createdAtMicros + dayMicros },
  { statuses: ['pending'] },
  { handlerDepartment: 'sales' },
];
/** Leave the funds of one record. */
const recordFilters: readonly FundFilter[] = [{ handlerUserId: teamLead }, { orderId: 5n }, { customerId: 7n }];

const summaryGroups: readonly FundSummaryGroup[] = ['none', 'status', 'handler_department', 'month'];

const summaryQueries = (
  name: string,
  viewers: readonly bigint[],
  filters: readonly FundFilter[],
  groups = summaryGroups,
): NamedQuery[] =>
  variants(
    `summarize-funds ${name}`,
    viewers.flatMap((viewer) => filters.flatMap((filter) => groups.map((groupBy) => ({ viewer, filter, groupBy })))),
    async ({ viewer, filter, groupBy }, session) =>
      summarizeFunds(session, { scope: await resolveScope(session, viewer), filter, groupBy }),
  );

/** Two batches, which tell how each further one is read. */
const exportQueries = (
  name: string,
  viewers: readonly bigint[],
  filters: readonly FundFilter[],
  orders: readonly FundOrder[],
  gatheredMax?: number,
): NamedQuery[] =>
  variants(
    `export-funds ${name}`,
    viewers.flatMap((viewer) => filters.flatMap((filter) => orders.map((order) => ({ viewer, filter, order })))),
    async ({ viewer, filter, order }, session) => {
      const scope = await resolveScope(session, viewer);
      const query = { scope, filter, order, batchSize: 100, ...(gatheredMax !== undefined && { gatheredMax }) };
      const batches = exportFunds(session, query);
      await batches.next();
      await batches.next();
    },
  );

const customerQueries = (name: string, viewers: readonly bigint[]): NamedQuery[] =>
  variants(
    `list-customer-orders ${name}`,
    viewers.flatMap((viewer) =>
      [{}, { department: 'sales' }, { customerId: 7n }].flatMap((filter) =>
        [undefined, 10_000n].map((after) => ({ viewer, filter, after })),
      ),
    ),
    async ({ viewer, filter, after }, session) =>
      listCustomerOrders(session, { scope: await resolveScope(session, viewer), filter, after, pageSize }),
  );

const queries: readonly NamedQuery[] = [
  ...summaryQueries('of all funds', [admin], [{}, ...narrowFilters]),
  ...summaryQueries('of many people', [top, manager], [{}, ...narrowFilters]),
  ...summaryQueries('of few people', [teamLead, leaf], [{}, ...narrowFilters]),
  ...summaryQueries('of a record', [top, manager, leaf, admin], recordFilters, ['handler_department']),
  ...exportQueries('gathered', [manager, teamLead, leaf], [{}, ...narrowFilters, ...recordFilters], byAmount),
  ...exportQueries('walked', [top, admin], [{}], everyOrder, 100),
  ...exportQueries('walked', [top, manager, admin], narrowFilters, byAmount, 100),
  ...customerQueries('of all customers', [admin]),
  ...customerQueries('of the top', [top]),
  ...customerQueries('of some people', [manager, teamLead, leaf]),

  ...variants('get-user', [leaf], (userId, session) => getUser(session, userId)),
  ...listUsersQueries(),
  ...variants(
    'list-subordinates',
    [top, manager, teamLead].flatMap((userId) =>
      [0, 1, 2].flatMap((depthMax) =>
        [undefined, { depth: 1, userId }].map((after) => ({ userId, depthMax, after, pageSize })),
      ),
    ),
    (query, session) => listSubordinates(session, query),
  ),
  ...variants('resolve-scope', [top, admin, leaf], (userId, session) => resolveScope(session, userId)),
  ...variants(
    'visible-fund-ids',
    [top, manager, leaf, admin].flatMap((viewer) => fundIdLists.map((list) => ({ viewer, list }))),
    ({ viewer, list }, session) =>
      visibleFundIds(
        session,
        planScope(viewer),
        list.map((each) => each.fundId),
      ),
  ),
  ...variants('explain-access', [top, manager, leaf, admin], (viewer, session) =>
    explainAccess(session, viewer, fund.fundId),
  ),
  ...variants('list-fund-viewers', [undefined, 2_000n], (after, session) =>
    listFundViewers(session, { fundId: fund.fundId, after, pageSize }),
  ),
  ...variants('get-funds', fundIdLists, (list, session) =>
    getFunds(
      session,
      list.map((each) => each.fundId),
    ),
  ),
  ...variants('fund-details', fundIdLists, (list, session) => fundDetails(session, planScope(manager), list)),
  ...variants('create-fund', [fund], (record, session) =>
    createFund(session, { ...record, fundId: 0n, orderId: order.orderId, customerId: order.customerId }, 1),
  ),
  ...variants('update-fund', [fund], (record, session) =>
    updateFund(
      session,
      record.fundId,
      { handlerUserId: leaf, orderId: order.orderId, customerId: order.customerId },
      1,
    ),
  ),
  ...variants('delete-fund', [fund], (record, session) => deleteFund(session, record.fundId)),
  ...variants('assign-order', [leaf], (userId, session) => assignOrder(session, 17n, userId)),
  ...variants('assign-customer', [leaf], (userId, session) => assignCustomer(session, 17n, userId)),
  ...variants('create-user', [top, manager, teamLead, null], (parentUserId, session) =>
    createUser(session, { ...newUser, parentUserId }),
  ),
  ...variants('update-user', [{ name: 'Other' }, { role: 'staff' as const }], (changes, session) =>
    updateUser(session, manager, changes),
  ),
  ...variants(
    'move-user',
    [
      [leaf, manager],
      [teamLead, manager],
      [manager, 6n],
      [6n, teamLead],
      [teamLead, null],
    ] as const,
    ([userId, newParentUserId], session) => moveUser(session, { userId, newParentUserId, validateOnly: false }),
  ),
];

describe.each(databases)('the queries of the store on $name', ({ name, database }) => {
  beforeAll(() => loadPlanCompany(database));

  it('use the indexes that list them, and read all of a table only for a reason', async () => {
    const plans = await explainNamedQueries(database, queries);
    expect(planProblems('store', name, plans)).toEqual([]);
  });
});

describe.each(databases.filter((each) => each.name === 'mysql'))(
  'the comparison itself',
  ({ name, database, target }) => {
    const problemsOf = async (query: NamedQuery) =>
      planProblems('store', name, await explainNamedQueries(database, [query]));

    it('finds a column inside a function, which no index knows', async () => {
      const wrapped: NamedQuery = {
        name: 'store/get-user',
        run: (session) => session.all(sql`SELECT u.name FROM users u WHERE u.id + 0 = ${leaf}`),
      };
      expect(await problemsOf(wrapped)).toContainEqual(expect.stringContaining('get-user reads all of users'));
    });

    it('finds a dropped index', async () => {
      const byName = queries.find((query) => query.name === 'store/list-users by name')!;
      const unexpected = expect.stringContaining('list-users by name reads all of users in "SELECT u.id');
      expect(await problemsOf(byName)).not.toContainEqual(unexpected);
      const run = (statement: string) =>
        database.transaction(new AbortController().signal, (session) => session.run(sql.raw(statement)));
      await run('DROP INDEX users_name ON users');
      try {
        expect(await problemsOf(byName)).toContainEqual(unexpected);
      } finally {
        await run(migrationStatements(target).find((statement) => statement.startsWith('CREATE INDEX `users_name`'))!);
      }
    });
  },
);
