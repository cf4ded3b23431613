import type { DataSet } from '@finance/strategy-contract';

/** A change that a watcher must be told: whom a row named before and after, null where there was no row. */
export interface ExpectedChange {
  readonly table: 'users' | 'orders' | 'customers' | 'funds';
  readonly id: bigint;
  readonly before: bigint | null;
  readonly after: bigint | null;
}

/** Statements of one transaction, in plain SQL of both engines, and what they change. */
export interface RandomTransaction {
  readonly statements: readonly string[];
  readonly changes: readonly ExpectedChange[];
}

/** Whole numbers below a bound; the same seed gives the same. */
export function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const keys = {
  users: ['users', 'id', 'parent_id'],
  orders: ['orders', 'order_id', 'user_id'],
  customers: ['customers', 'customer_id', 'admin_user_id'],
  funds: ['financial_funds', 'fund_id', 'handle_by'],
} as const;

/** Changes of every kind to a company's rows: one or many in a transaction, some that no watcher needs to know. */
export function* randomTransactions(company: DataSet, count: number): Generator<RandomTransaction> {
  const random = randomNumbers(42);
  const named = {
    users: new Map(company.users.map((user) => [user.userId, user.parentUserId ?? 0n])),
    orders: new Map(company.orders.map((order) => [order.orderId, order.ownerUserId])),
    customers: new Map(company.customers.map((customer) => [customer.customerId, customer.adminUserId])),
    funds: new Map(company.funds.map((fund) => [fund.fundId, fund.handlerUserId])),
  };
  let newId = 1_000n;
  let statements: string[] = [];
  let changes: ExpectedChange[] = [];
  const anybody = (): bigint => BigInt(1 + random(company.users.length));
  const change = (table: ExpectedChange['table'], id: bigint, after: bigint | null): void => {
    const before = named[table].get(id) ?? null;
    if (table !== 'users' && before === after) return;
    changes.push({ table, id, before, after });
    if (after === null) named[table].delete(id);
    else named[table].set(id, after);
  };
  const anyRow = (table: ExpectedChange['table']): bigint => {
    const ids = [...named[table].keys()];
    return ids[random(ids.length)]!;
  };
  const assign = (table: 'orders' | 'customers' | 'funds', span: number): void => {
    const [name, key, person] = keys[table];
    const [first, to] = [anyRow(table), anybody()];
    const last = first + BigInt(span);
    statements.push(`UPDATE ${name} SET ${person} = ${to} WHERE ${key} BETWEEN ${first} AND ${last}`);
    const ids = [...named[table].keys()].filter((id) => id >= first && id <= last);
    for (const id of ids.sort((a, b) => Number(a - b))) change(table, id, to);
  };
  const remove = (table: ExpectedChange['table']): void => {
    const [name, key] = keys[table];
    if (named[table].size < 20) return;
    const id = anyRow(table);
    statements.push(`DELETE FROM ${name} WHERE ${key} = ${id}`);
    change(table, id, null);
  };
  const steps: readonly (() => void)[] = [
    () => assign('orders', 0),
    () => assign('customers', random(4)),
    () => assign('funds', random(8)),
    () => assign('orders', random(8)),
    () => remove((['users', 'orders', 'customers', 'funds'] as const)[random(4)]!),
    () => statements.push(`UPDATE financial_funds SET status = 'settled' WHERE fund_id = ${anyRow('funds')}`),
    () => {
      newId += 1n;
      const admin = anybody();
      statements.push(`INSERT INTO customers (customer_id, name, admin_user_id) VALUES (${newId}, 'New', ${admin})`);
      change('customers', newId, admin);
    },
    () => {
      newId += 1n;
      const parent = random(5) === 0 ? 0n : anybody();
      statements.push(`INSERT INTO users (id, name, role, department, parent_id, tree_left, tree_right)
        VALUES (${newId}, 'New', 'staff', '', ${parent || 'NULL'}, 0, 0)`);
      change('users', newId, parent);
    },
    () => {
      newId += 1n;
      const id = anyRow('users');
      statements.push(`UPDATE users SET name = 'Name ${newId}' WHERE id = ${id}`);
      change('users', id, named.users.get(id)!);
    },
    () => {
      newId += 1n;
      const [id, parent] = [anyRow('users'), anybody()];
      statements.push(`UPDATE users SET parent_id = ${parent}, name = 'Name ${newId}' WHERE id = ${id}`);
      change('users', id, parent);
    },
  ];
  for (let n = 0; n < count; n += 1) {
    for (let step = 1 + random(4); step > 0; step -= 1) steps[random(steps.length)]!();
    yield { statements, changes };
    statements = [];
    changes = [];
  }
}
