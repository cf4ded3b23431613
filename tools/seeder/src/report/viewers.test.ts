import { createOracle } from '@finance/strategy-contract';
import { describe, expect, test } from 'vitest';
import { generateDataSet } from '../data/generate-data-set.ts';
import { seedDatabase } from '../load/seed-database.ts';
import { createTestDatabase, engines } from '../testing/test-database.ts';
import { describeViewers } from './viewers.ts';

const parameters = { profile: 'company', users: 200, records: 2000, seed: 1 } as const;

test.each(engines)('%s: names an admin, three supervisors and staff, who see at least what is said', async (engine) => {
  const database = await createTestDatabase(engine);
  try {
    await seedDatabase(database.target, parameters);
    const viewers = await describeViewers(database.target);
    expect(viewers.map(({ role }) => role)).toEqual(['admin', 'supervisor', 'supervisor', 'supervisor', 'staff']);
    expect(viewers[0]).toMatchObject({ userId: 1n, subordinateCount: 199, handledFunds: { count: 2000 } });
    expect(viewers[1]).toMatchObject({ userId: 2n });
    const oracle = createOracle(generateDataSet(parameters));
    for (const viewer of viewers) {
      const visible = oracle.visibleFunds(viewer.userId, {}, { column: 'fund_id', descending: false });
      expect(viewer.handledFunds.count).toBeGreaterThan(0);
      expect(visible.length).toBeGreaterThanOrEqual(viewer.handledFunds.count);
    }
  } finally {
    await database.drop();
  }
});

describe('the README viewers', () => {
  test.each([1n, 2n, 3n])('viewer %i of the company that npm start makes sees funds', (viewerUserId) => {
    const oracle = createOracle(generateDataSet({ profile: 'company', users: 200, records: 20_000, seed: 1 }));
    expect(oracle.visibleFunds(viewerUserId, {}, { column: 'fund_id', descending: false }).length).toBeGreaterThan(20);
  });
});
