import type { Role, User } from '@finance/domain';
import { describe, expect, it } from 'vitest';
import type { DataSet } from '../data-set.ts';
import { createOracle } from './oracle.ts';

const user = (userId: bigint, role: Role, parentUserId: bigint | null): User => ({
  userId,
  name: `user ${userId}`,
  role,
  department: '',
  parentUserId,
});

/** The study's small example. */
const people = [3n, 2n, 3n];
const example: DataSet = {
  users: [user(1n, 'admin', null), user(2n, 'supervisor', 1n), user(3n, 'staff', 2n), user(4n, 'staff', 1n)],
  orders: people.map((ownerUserId, i) => ({
    orderId: 2001n + BigInt(i),
    ownerUserId,
    customerId: 3001n + BigInt(i),
    amountCents: 0n,
    createdAtMicros: 0,
  })),
  customers: people.map((adminUserId, i) => ({ customerId: 3001n + BigInt(i), name: '', adminUserId })),
  funds: people.map((handlerUserId, i) => ({
    fundId: 1001n + BigInt(i),
    handlerUserId,
    orderId: 2001n + BigInt(i),
    customerId: 3001n + BigInt(i),
    amountCents: [5_000_000n, 8_000_000n, 6_000_000n][i]!,
    currencyCode: 'EUR',
    status: 'pending',
    createdAtMicros: 0,
    updatedAtMicros: 0,
  })),
};

describe("the study's small example", () => {
  const oracle = createOracle(example);
  const idsByAmount = (viewer: bigint) =>
    oracle.visibleFunds(viewer, {}, { column: 'amount', descending: true }).map((fund) => fund.fundId);

  it('shows all three funds to the admin and to supervisor 2, by falling amount', () => {
    expect(idsByAmount(1n)).toEqual([1002n, 1003n, 1001n]);
    expect(idsByAmount(2n)).toEqual([1002n, 1003n, 1001n]);
  });

  it('shows staff 3 their two funds and staff 4 none', () => {
    expect(idsByAmount(3n)).toEqual([1003n, 1001n]);
    expect(idsByAmount(4n)).toEqual([]);
  });

  it('takes an unknown viewer for an error, never for an empty list', () => {
    expect(() => idsByAmount(9n)).toThrow(expect.objectContaining({ reason: 'VIEWER_NOT_FOUND' }));
  });
});
