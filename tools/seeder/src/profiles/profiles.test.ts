import { amountCentsMax, buildOrgTree, fundStatuses, orgDepthMax } from '@finance/domain';
import { describe, expect, test } from 'vitest';
import { generateDataSet } from '../data/generate-data-set.ts';
import { timeSpan } from '../random/time-span.ts';
import { profileNames, profiles } from './profiles.ts';

describe.each(profileNames)('%s', (profile) => {
  test.each([1, 2, 3, 5, 13, 14, 200, 3000])('%i people are one sound tree under user 1, an admin', (users) => {
    const people = profiles[profile].people(users, 7);
    expect(people.map((person) => person.userId)).toEqual(Array.from({ length: users }, (_, i) => i + 1));
    const tree = buildOrgTree(generateDataSet({ profile, users, records: 0, seed: 7 }).users);
    expect(tree.cyclicUserIds).toEqual([]);
    expect(tree.orphanUserIds).toEqual([]);
    expect(tree.intervals.get(1n)).toEqual({ left: 0, right: users - 1, depth: 0 });
    expect(people[0]!.role).toBe('admin');
    expect(Math.max(...[...tree.intervals.values()].map((interval) => interval.depth))).toBeLessThan(orgDepthMax);
  });

  test('every reference leads to a row, every value is inside its bounds', () => {
    const data = generateDataSet({ profile, users: 100, records: 3000, seed: 3 });
    const isId = (id: bigint | null, count: number): boolean => id === null || (id >= 1n && id <= BigInt(count));
    const isTime = (micros: number): boolean => micros >= timeSpan.fromMicros && micros < timeSpan.toMicros;
    for (const fund of data.funds) {
      expect(isId(fund.handlerUserId, 100) && isId(fund.orderId, 3000) && isId(fund.customerId, 3000)).toBe(true);
      expect(fund.amountCents > 0n && fund.amountCents <= amountCentsMax).toBe(true);
      expect(isTime(fund.createdAtMicros) && isTime(fund.updatedAtMicros)).toBe(true);
      expect(fund.updatedAtMicros).toBeGreaterThanOrEqual(fund.createdAtMicros);
    }
    expect(new Set(data.funds.map((fund) => fund.status))).toEqual(new Set(fundStatuses));
    for (const order of data.orders) {
      expect(isId(order.ownerUserId, 100) && isId(order.customerId, 3000) && isTime(order.createdAtMicros)).toBe(true);
    }
    expect(data.customers.every((customer) => isId(customer.adminUserId, 100))).toBe(true);
  });

  test('the same seed gives the same rows, another seed others', () => {
    const parameters = { profile, users: 50, records: 100, seed: 1 };
    expect(generateDataSet(parameters)).toEqual(generateDataSet(parameters));
    expect(generateDataSet({ ...parameters, seed: 2 }).funds).not.toEqual(generateDataSet(parameters).funds);
  });
});

describe('company', () => {
  const people = profiles.company.people(10_000, 1);
  const reports = new Map<number, number>();
  for (const { parentUserId } of people) {
    if (parentUserId !== null) reports.set(parentUserId, (reports.get(parentUserId) ?? 0) + 1);
  }

  test('managers have 4 to 15 direct reports, and only managers are supervisors', () => {
    expect(Math.min(...reports.values())).toBeGreaterThanOrEqual(4);
    expect(Math.max(...reports.values())).toBeLessThanOrEqual(15);
    for (const { userId, role } of people) {
      if (userId > 1) expect(role === 'supervisor').toBe(reports.has(userId));
    }
    expect(people.filter((person) => person.role === 'admin')).toHaveLength(51);
  });

  test('10,000 people have 8 to 11 levels', () => {
    const depths = new Map<number | null, number>([[null, -1]]);
    const parentOf = new Map(people.map((person) => [person.userId, person.parentUserId]));
    const depthOf = (id: number | null): number => {
      const known = depths.get(id);
      if (known !== undefined) return known;
      const depth = depthOf(parentOf.get(id!)!) + 1;
      depths.set(id, depth);
      return depth;
    };
    const levels = 1 + Math.max(...people.map((person) => depthOf(person.userId)));
    expect(levels).toBeGreaterThanOrEqual(8);
    expect(levels).toBeLessThanOrEqual(11);
  });

  test('user 2 is the largest supervisor and user 3 staff below them', () => {
    const { intervals } = buildOrgTree(generateDataSet({ profile: 'company', users: 200, records: 0, seed: 1 }).users);
    const small = profiles.company.people(200, 1);
    expect(small.slice(0, 3).map((person) => person.role)).toEqual(['admin', 'supervisor', 'staff']);
    const [two, three] = [intervals.get(2n)!, intervals.get(3n)!];
    expect(three.left > two.left && three.left <= two.right).toBe(true);
    for (const [userId, { left, right }] of intervals) {
      if (userId > 2n) expect(right - left).toBeLessThanOrEqual(two.right - two.left);
    }
  });

  test('people of one fund are usually near each other in the tree, unlike in the other profiles', () => {
    const nearShare = (profile: (typeof profileNames)[number]): number => {
      const data = generateDataSet({ profile, users: 1000, records: 2000, seed: 1 });
      const { intervals } = buildOrgTree(data.users);
      const near = data.funds.filter((fund) => {
        const owner = fund.orderId === null ? undefined : data.orders[Number(fund.orderId) - 1]!.ownerUserId;
        if (owner === undefined) return false;
        return Math.abs(intervals.get(owner)!.left - intervals.get(fund.handlerUserId)!.left) <= 25;
      });
      return near.length / data.funds.length;
    };
    expect(nearShare('company')).toBeGreaterThan(0.7);
    expect(nearShare('uniform')).toBeLessThan(0.1);
  });
});

test('study has about 80 % staff, 15 % supervisors and 5 % admins', () => {
  const people = profiles.study.people(10_000, 1);
  const share = (role: string): number => people.filter((person) => person.role === role).length / people.length;
  expect(share('staff')).toBeCloseTo(0.8, 1);
  expect(share('supervisor')).toBeCloseTo(0.15, 1);
  expect(share('admin')).toBeCloseTo(0.05, 1);
});
