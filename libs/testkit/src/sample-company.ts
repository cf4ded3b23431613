import { fundStatuses, type Customer, type Fund, type Order, type Role, type User } from '@finance/domain';
import type { DataSet } from '@finance/strategy-contract';

/** Direct reports of every manager, the last one's excepted. */
const span = 6;
/** One leaf in so many sees everything. */
const auditorEvery = 100;
const departments = ['sales', 'finance', 'legal', 'support', 'design', 'research', 'logistics', 'purchasing'];
const start2024Micros = Date.UTC(2024, 0, 1) * 1_000;
const threeYearsMicros = 3 * 365 * 86_400 * 1_000_000;
const amountSpanCents = 10_000_000;

/**
 * A company large enough for an optimizer to choose like in production; the same arguments give the same rows.
 * One tree: user 1 on top, everyone with reports a supervisor (their number falls with the level), the others staff
 * and a few admins. `records` orders, customers and funds, spread evenly over everything they point at.
 */
export function sampleCompany(people: number, records: number): DataSet {
  const random = numbersFrom(20_240_101);
  const anyUser = (): bigint => BigInt(1 + random(people));
  const anyRecord = (): bigint => BigInt(1 + random(records));
  const anyInstant = (): number => start2024Micros + random(86_400) * 1_000 + random(threeYearsMicros / 1_000) * 1_000;
  const ids = Array.from({ length: records }, (_, i) => BigInt(i + 1));
  return {
    users: Array.from({ length: people }, (_, i): User => {
      const userId = i + 1;
      return {
        userId: BigInt(userId),
        name: `Person ${random(people)}`,
        role: roleOf(userId, people),
        department: departments[random(departments.length)]!,
        parentUserId: userId === 1 ? null : BigInt(Math.floor((userId - 2) / span) + 1),
      };
    }),
    orders: ids.map((orderId): Order => ({
      orderId,
      ownerUserId: anyUser(),
      customerId: anyRecord(),
      amountCents: BigInt(random(amountSpanCents)),
      createdAtMicros: anyInstant(),
    })),
    customers: ids.map((customerId): Customer => ({
      customerId,
      name: `Customer ${customerId}`,
      adminUserId: anyUser(),
    })),
    funds: ids.map((fundId): Fund => {
      const createdAtMicros = anyInstant();
      return {
        fundId,
        handlerUserId: anyUser(),
        orderId: anyRecord(),
        customerId: anyRecord(),
        amountCents: BigInt(random(amountSpanCents)),
        currencyCode: 'USD',
        status: fundStatuses[random(fundStatuses.length)]!,
        createdAtMicros,
        updatedAtMicros: createdAtMicros + random(86_400) * 1_000_000,
      };
    }),
  };
}

function roleOf(userId: number, people: number): Role {
  const firstReport = (userId - 1) * span + 2;
  if (firstReport <= people) return 'supervisor';
  return userId % auditorEvery === 0 ? 'admin' : 'staff';
}

/** Whole numbers below a bound from a fixed seed (mulberry32). */
function numbersFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}
