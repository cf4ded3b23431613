import {
  amountCentsMax,
  fundStatuses,
  instantOf,
  microsMax,
  microsMin,
  type Customer,
  type Fund,
  type Order,
  type User,
} from '@finance/domain';
import type { DataSet } from '@finance/strategy-contract';
import fc from 'fast-check';

/** How large companies get. Small ones shrink well and reach every case of the rule. */
export interface CompanySize {
  readonly usersMax: number;
  readonly ordersMax: number;
  readonly customersMax: number;
  readonly fundsMax: number;
}

const smallCompany: CompanySize = { usersMax: 12, ordersMax: 8, customersMax: 6, fundsMax: 16 };

/** Below 2^63, and far enough for databases to count on from it. */
const hugeIdMax = 2n ** 61n;
/** Few values, so that sort keys are often equal; with the extremes of DECIMAL(15,2). */
const amounts = [0n, 1n, -1n, 99n, 5_000_000n, -5_000_000n, amountCentsMax, -amountCentsMax];
/** 1970, 2026, 2255, and the ends of the years that there are; neighbours that one double of microseconds would hold. */
const instants = [
  ...[0, 1, 1_795_000_000_000_000, 1_795_000_000_000_001, 8_990_000_000_000_000],
  ...[microsMin, microsMin + 1n, microsMax - 1n, microsMax].map(instantOf),
];
/** Some differ in case or in a space at the end only. */
const departments = ['', 'sales', 'sales ', 'Sales', 'größe', '財務'];
const names = ['', 'Ann', 'ann', 'Zoë', "O'Neil \\ %_", '😀'];

/**
 * Companies of every kind: chains, stars, forests, single persons, staff with reports, empty scopes, references that
 * dangle, equal sort keys, amounts of any sign and size, ids that are sparse or above 2^53. Never with a cycle.
 */
export function arbitraryCompany(size: CompanySize = smallCompany): fc.Arbitrary<DataSet> {
  return fc
    .record({
      users: arbitraryUsers(size.usersMax),
      orderIds: arbitraryIds(0, size.ordersMax),
      customerIds: arbitraryIds(0, size.customersMax),
      fundIds: arbitraryIds(0, size.fundsMax),
    })
    .chain(({ users, orderIds, customerIds, fundIds }) => {
      const anyUser = mostlyOneOf(users.map((user) => user.userId));
      const anyOrder = mostlyOneOf(orderIds);
      const anyCustomer = mostlyOneOf(customerIds);
      const orders = orderIds.map((orderId) =>
        fc.record<Order>({
          orderId: fc.constant(orderId),
          ownerUserId: anyUser,
          customerId: orNull(anyCustomer),
          amountCents: fc.constantFrom(...amounts),
          createdAtMicros: fc.constantFrom(...instants),
        }),
      );
      const customers = customerIds.map((customerId) =>
        fc.record<Customer>({
          customerId: fc.constant(customerId),
          name: fc.constantFrom(...names),
          adminUserId: anyUser,
        }),
      );
      const funds = fundIds.map((fundId) =>
        fc.record<Fund>({
          fundId: fc.constant(fundId),
          handlerUserId: anyUser,
          orderId: orNull(anyOrder),
          customerId: orNull(anyCustomer),
          amountCents: fc.constantFrom(...amounts),
          currencyCode: fc.constantFrom('EUR', 'USD'),
          status: fc.constantFrom(...fundStatuses),
          createdAtMicros: fc.constantFrom(...instants),
          updatedAtMicros: fc.constantFrom(...instants),
        }),
      );
      return fc.record({
        users: fc.constant(users),
        orders: fc.tuple(...orders),
        customers: fc.tuple(...customers),
        funds: fc.tuple(...funds),
      });
    });
}

/** People on sound trees of 1 to `usersMax`; the parent of a root may be an id that does not exist. */
export function arbitraryUsers(usersMax: number): fc.Arbitrary<User[]> {
  const shape = fc.constantFrom('chain', 'star', 'forest', 'roots', 'mixed');
  return fc.tuple(shape, arbitraryIds(1, usersMax)).chain(([shape, userIds]) =>
    fc.tuple(
      ...userIds.map((userId, i) =>
        fc.record<User>({
          userId: fc.constant(userId),
          name: fc.constantFrom(...names),
          role: fc.constantFrom('supervisor', 'staff', 'supervisor', 'staff', 'admin'),
          department: fc.constantFrom(...departments),
          parentUserId: arbitraryParent(shape, userIds.slice(0, i)),
        }),
      ),
    ),
  );
}

type Shape = 'chain' | 'star' | 'forest' | 'roots' | 'mixed';

/** Only earlier ids, so that no cycle can come about; ids themselves are in no order. */
function arbitraryParent(shape: Shape, earlierIds: readonly bigint[]): fc.Arbitrary<bigint | null> {
  const [first, last] = [earlierIds[0], earlierIds.at(-1)];
  if (first === undefined || last === undefined || shape === 'roots') return fc.constant(null);
  switch (shape) {
    case 'chain':
      return fc.constant(last);
    case 'star':
      return fc.constant(first);
    case 'forest':
      return fc.option(fc.constantFrom(...earlierIds), { nil: null, freq: 3 });
    case 'mixed':
      return fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...earlierIds) },
        { weight: 2, arbitrary: fc.constant(last) },
        { weight: 1, arbitrary: fc.constantFrom(null, danglingId) },
      );
  }
}

/** Distinct ids in any order: dense from 1, with gaps, or above 2^53. */
function arbitraryIds(countMin: number, countMax: number): fc.Arbitrary<bigint[]> {
  const distinct = (id: fc.Arbitrary<bigint>): fc.Arbitrary<bigint[]> =>
    fc.uniqueArray(id, { minLength: countMin, maxLength: countMax, size: 'max' });
  return fc.oneof(
    { weight: 4, arbitrary: distinct(fc.bigInt({ min: 1n, max: BigInt(countMax) })) },
    { weight: 2, arbitrary: distinct(fc.bigInt({ min: 1n, max: 100_000n })) },
    // Neighbours above 2^53 that one double would stand for.
    { weight: 1, arbitrary: distinct(fc.bigInt({ min: 2n ** 53n, max: 2n ** 53n + BigInt(countMax * 2) })) },
    { weight: 1, arbitrary: distinct(fc.bigInt({ min: hugeIdMax / 2n, max: hugeIdMax })) },
  );
}

/** An id that no list of {@link arbitraryIds} holds. */
const danglingId = 777_777_777n;

const mostlyOneOf = (ids: readonly bigint[]): fc.Arbitrary<bigint> =>
  ids.length === 0
    ? fc.constant(danglingId)
    : fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: fc.constant(danglingId) });

const orNull = (id: fc.Arbitrary<bigint>): fc.Arbitrary<bigint | null> =>
  fc.oneof(
    { weight: 12, arbitrary: id },
    { weight: 3, arbitrary: fc.constant(null) },
    // The lowest of 64 bits, which stands for nothing in particular.
    { weight: 1, arbitrary: fc.constant(-(2n ** 63n)) },
  );
