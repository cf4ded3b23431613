import { fundStatuses, type Customer, type Fund, type Order, type User } from '@finance/domain';
import type { DataSet } from '@finance/strategy-contract';

/** A row as it is after a change; null when it is gone. As the live index takes them. */
export type HistoryChange =
  | { readonly table: 'users'; readonly id: bigint; readonly row: User | null }
  | { readonly table: 'orders'; readonly id: bigint; readonly row: Order | null }
  | { readonly table: 'customers'; readonly id: bigint; readonly row: Customer | null }
  | { readonly table: 'funds'; readonly id: bigint; readonly row: Fund | null };

/**
 * A company that changes: funds come, go and change; orders and customers change hands, vanish and appear where funds
 * point already; people move with all who are below them, change role and department, leave and join. Deterministic
 * for a seed; the org never has a cycle after a change.
 */
export class CompanyHistory {
  private readonly users: Map<bigint, User>;
  private readonly orders: Map<bigint, Order>;
  private readonly customers: Map<bigint, Customer>;
  private readonly funds: Map<bigint, Fund>;
  private readonly random: () => number;
  private newestId = 500_000n;

  constructor(data: DataSet, seed: number) {
    this.users = new Map(data.users.map((user) => [user.userId, user]));
    this.orders = new Map(data.orders.map((order) => [order.orderId, order]));
    this.customers = new Map(data.customers.map((customer) => [customer.customerId, customer]));
    this.funds = new Map(data.funds.map((fund) => [fund.fundId, fund]));
    this.random = randomNumbers(seed);
  }

  get data(): DataSet {
    return {
      users: [...this.users.values()],
      orders: [...this.orders.values()],
      customers: [...this.customers.values()],
      funds: [...this.funds.values()],
    };
  }

  /** The next change, already made to `data`. */
  step(): HistoryChange {
    const change = this.makeChange();
    const rows: Map<bigint, unknown> = this[change.table];
    if (change.row) rows.set(change.id, change.row);
    else rows.delete(change.id);
    return change;
  }

  private makeChange(): HistoryChange {
    const fund = this.pick(this.funds);
    const order = this.pick(this.orders);
    const customer = this.pick(this.customers);
    const user = this.pick(this.users);
    switch (Math.floor(this.random() * 14)) {
      case 0:
      case 1: {
        const fundId = this.newId();
        return { table: 'funds', id: fundId, row: this.newFund(fundId) };
      }
      case 2:
        if (fund) return { table: 'funds', id: fund.fundId, row: null };
        break;
      case 3:
      case 4:
        if (fund) return { table: 'funds', id: fund.fundId, row: { ...fund, amountCents: this.amount() } };
        break;
      case 5:
        if (fund) return { table: 'funds', id: fund.fundId, row: { ...this.newFund(fund.fundId), createdAtMicros: 1 } };
        break;
      case 6:
      case 7: {
        const orderId = order?.orderId ?? this.orderId() ?? this.newId();
        const row = { orderId, ownerUserId: this.personId(), customerId: null, amountCents: 0n, createdAtMicros: 0 };
        return { table: 'orders', id: orderId, row: this.random() < 0.2 ? null : row };
      }
      case 8: {
        const orderId = this.orderId() ?? this.newId();
        const row = { orderId, ownerUserId: this.personId(), customerId: null, amountCents: 0n, createdAtMicros: 0 };
        return { table: 'orders', id: orderId, row };
      }
      case 9:
      case 10: {
        const customerId = customer?.customerId ?? this.customerId() ?? this.newId();
        const row = { customerId, adminUserId: this.personId(), name: `customer ${this.random()}` };
        return { table: 'customers', id: customerId, row: this.random() < 0.2 ? null : row };
      }
      case 11:
        if (user) return { table: 'users', id: user.userId, row: { ...user, parentUserId: this.newParentOf(user) } };
        break;
      case 12:
        if (user) {
          const role = (['admin', 'supervisor', 'staff'] as const)[Math.floor(this.random() * 3)]!;
          const department = ['', 'sales', 'größe'][Math.floor(this.random() * 3)]!;
          return { table: 'users', id: user.userId, row: { ...user, role, department } };
        }
        break;
      default: {
        if (user && this.users.size > 3 && this.random() < 0.4) return { table: 'users', id: user.userId, row: null };
        // Also for ids that funds, orders or people point at already.
        const dangling = [...this.funds.values()].map((each) => each.handlerUserId).find((id) => !this.users.has(id));
        const userId = dangling ?? this.newId();
        const joining = { userId, name: `user ${userId}`, role: 'supervisor', department: 'sales' } as const;
        return { table: 'users', id: userId, row: { ...joining, parentUserId: this.newParentOf({ userId }) } };
      }
    }
    const fundId = this.newId();
    return { table: 'funds', id: fundId, row: this.newFund(fundId) };
  }

  private newFund(fundId: bigint): Fund {
    return {
      fundId,
      handlerUserId: this.personId(),
      orderId: this.orderId() ?? null,
      customerId: this.customerId() ?? null,
      amountCents: this.amount(),
      currencyCode: this.random() < 0.5 ? 'EUR' : 'JPY',
      status: fundStatuses[Math.floor(this.random() * fundStatuses.length)]!,
      createdAtMicros: Math.floor(this.random() * 3) * 86_400_000_000 * 31,
      updatedAtMicros: Math.floor(this.random() * 1_000),
    };
  }

  /** Nobody at or below the user, so that no cycle comes about; sometimes nobody at all. */
  private newParentOf({ userId }: { userId: bigint }): bigint | null {
    const parent = this.pick(this.users);
    if (!parent || this.random() < 0.15) return null;
    for (
      let at: User | undefined = parent;
      at;
      at = at.parentUserId === null ? undefined : this.users.get(at.parentUserId)
    ) {
      if (at.userId === userId) return null;
      // A parent who is to appear with this very id would close a circle.
      if (at.parentUserId === userId) return null;
    }
    return parent.userId;
  }

  private personId(): bigint {
    return (
      (this.random() < 0.1 ? undefined : this.pick(this.users)?.userId) ??
      999_000n + BigInt(Math.floor(this.random() * 3))
    );
  }

  private orderId(): bigint | undefined {
    const pointedAt = this.pick(this.funds)?.orderId ?? undefined;
    return this.random() < 0.5 ? pointedAt : this.pick(this.orders)?.orderId;
  }

  private customerId(): bigint | undefined {
    const pointedAt = this.pick(this.funds)?.customerId ?? undefined;
    return this.random() < 0.5 ? pointedAt : this.pick(this.customers)?.customerId;
  }

  private amount(): bigint {
    return BigInt(Math.floor((this.random() - 0.3) * 20));
  }

  private newId(): bigint {
    // Not always after the ids there are: a new row may land in the middle.
    this.newestId += 1n;
    return this.random() < 0.7 ? this.newestId : 1_000n + BigInt(Math.floor(this.random() * 400_000));
  }

  private pick<T>(rows: ReadonlyMap<bigint, T>): T | undefined {
    let left = Math.floor(this.random() * rows.size);
    for (const row of rows.values()) if (left-- === 0) return row;
    return undefined;
  }
}

/** Numbers from 0 to below 1. Source: Steele and Vigna's mulberry32 recipe. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
