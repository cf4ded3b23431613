import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { rankWays, rowsWithin, steadyWay } from './cost-model.ts';
import type { Survey } from './survey.ts';
import { unitCosts } from './unit-costs.ts';

/** A million funds, 10,000 people, 100 records of each kind for each of them. */
const surveyOf = (peopleCount: number): Survey => ({
  fundCount: 1_000_000,
  peopleCount,
  recordCounts: [100, 100, 100].map((count) => count * peopleCount),
  isCounted: true,
  matchShare: 1,
  handlers: undefined,
  probe: undefined,
});
const bestFor = (peopleCount: number, survey: Partial<Survey> = {}) =>
  rankWays(
    {
      survey: { ...surveyOf(peopleCount), ...survey },
      rowsWanted: 21,
      isLimited: true,
      isFiltered: false,
      isSortedByKeys: false,
    },
    unitCosts.mysql,
  )[0]!;

describe('the cost model', () => {
  it('goes from gathering to walking as the viewer sees more', () => {
    const ways = [1, 57, 500, 5_000].map((peopleCount) => bestFor(peopleCount).way);
    expect(ways).toEqual(['gather', 'walk-records', 'walk-people', 'walk-keys']);
  });

  it('expects no size of subtree to take 20 ms on MySQL', () => {
    for (let peopleCount = 1; peopleCount <= 10_000; peopleCount += 1) {
      expect(bestFor(peopleCount).micros).toBeLessThan(20_000);
    }
  });

  it('starts from a filter that leaves little', () => {
    const probe = { source: { from: sql`financial_funds f`, where: sql`1 = 1` }, count: 30 };
    expect(bestFor(57, { probe, matchShare: 0.001 }).way).toBe('probe');
  });

  it('affords a walk no more than the steady way would take', () => {
    const ranked = rankWays(
      { survey: surveyOf(57), rowsWanted: 21, isLimited: true, isFiltered: false, isSortedByKeys: false },
      unitCosts.mysql,
    );
    const [best] = ranked;
    const steady = steadyWay(ranked);
    expect(steady.way).toBe('gather');
    const rows = rowsWithin(best!, steady.micros);
    expect(best!.setUpMicros + rows * 0.9).toBeCloseTo(steady.micros, -2);
  });
});
