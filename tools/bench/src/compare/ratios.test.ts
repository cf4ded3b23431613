import { expect, it } from 'vitest';
import type { CompareCell } from '../result-types.ts';
import { ratioOfMedians, withRatios } from './ratios.ts';

const cell = (strategy: string, viewerUserId: string, p50Ms: number | null): CompareCell => ({
  strategy,
  viewerUserId,
  peopleCount: 1,
  visibleFunds: 1,
  orderBy: 'amount',
  depth: 'first',
  withTotal: true,
  outcome: p50Ms === null ? 'over limit' : 'right',
  reason: null,
  latency: p50Ms === null ? null : { calls: 1, p50Ms, p95Ms: p50Ms, p99Ms: p50Ms, maxMs: p50Ms },
  ratioToTemporaryTable: null,
});

const cells = [
  ...['1', '2', '3', '4'].map((viewer, i) => cell('temporary-table', viewer, [1, 100, 1_000, null][i]!)),
  ...['1', '2', '3', '4'].map((viewer, i) => cell('closure-join', viewer, [10, 20, 30, 40][i]!)),
];

it('divides the medians over the questions that both have answered', () => {
  // 20 / 100; the ratios one by one are 10, 0.2 and 0.03.
  expect(ratioOfMedians(cells, 'closure-join')).toBe(0.2);
  expect(ratioOfMedians(cells, 'temporary-table')).toBe(1);
  expect(ratioOfMedians(cells, 'in-list')).toBeUndefined();
});

it('compares question by question, too', () => {
  expect(withRatios(cells).map(({ ratioToTemporaryTable }) => ratioToTemporaryTable)).toEqual([
    1,
    1,
    1,
    null,
    10,
    0.2,
    0.03,
    null,
  ]);
});
