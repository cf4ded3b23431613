import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checksumsOf } from '../data/checksum.ts';
import { withConnection } from '../database/sql-connection.ts';
import { examine } from '../doctor/examine.ts';
import { seedDatabase } from '../load/seed-database.ts';
import { createTestDatabase, engines, type TestDatabase } from '../testing/test-database.ts';
import { applyScenario, type Scenario } from './scenario.ts';

const seeded = { profile: 'company', users: 400, records: 20, seed: 4, replace: true } as const;

describe.each(engines)('%s', (engine) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(engine);
  });
  afterAll(() => database.drop());
  beforeEach(() => seedDatabase(database.target, seeded));

  const apply = (scenario: Partial<Scenario>) =>
    withConnection(database.target, (connection) =>
      applyScenario(connection, {
        supervisorId: 350,
        subordinatesMin: 100,
        subordinatesMax: 200,
        seed: 1,
        ...scenario,
      }),
    );
  const isSound = async (): Promise<void> =>
    expect((await examine(database.target)).filter(({ level }) => level !== 'ok')).toEqual([]);
  const sums = () => withConnection(database.target, checksumsOf);

  test('staff become a supervisor with a number of subordinates in the range; the org stays sound', async () => {
    const result = await apply({});
    expect(result.before).toEqual({ role: 'staff', subordinateCount: 0 });
    expect(result.after.role).toBe('supervisor');
    expect(result.after.subordinateCount).toBeGreaterThanOrEqual(100);
    expect(result.after.subordinateCount).toBeLessThanOrEqual(200);
    await isSound();
    const [state] = await withConnection(database.target, (c) => c.all('SELECT tree_in_step FROM org_state'));
    expect(state).toEqual({ tree_in_step: 1n });
  });

  test('a large supervisor gives people to their manager, and the same seed moves the same people', async () => {
    const result = await apply({ supervisorId: 2, subordinatesMin: 10, subordinatesMax: 12 });
    expect(result.after.subordinateCount).toBeGreaterThanOrEqual(10);
    expect(result.after.subordinateCount).toBeLessThanOrEqual(12);
    await isSound();
    const once = await sums();
    await seedDatabase(database.target, seeded);
    await apply({ supervisorId: 2, subordinatesMin: 10, subordinatesMax: 12 });
    expect(await sums()).toEqual(once);
  });

  test('everybody but the managers above can be put below one person; more are refused and nothing changes', async () => {
    const before = await sums();
    const error: Error = await apply({ subordinatesMin: 400, subordinatesMax: 400 }).then(
      () => expect.fail('was accepted'),
      (reason: Error) => reason,
    );
    const most = Number(/at most (\d+)/.exec(error.message)![1]);
    expect(await sums()).toEqual(before);
    const result = await apply({ subordinatesMin: most, subordinatesMax: most });
    expect(result.after.subordinateCount).toBe(most);
    await isSound();
  });

  test('a range that holds already changes nothing; an unknown user is refused', async () => {
    await apply({});
    const before = await sums();
    expect(await apply({})).toMatchObject({ movedUserCount: 0 });
    expect(await sums()).toEqual(before);
    await expect(apply({ supervisorId: 401 })).rejects.toThrow(/there is no user 401/);
  });
});
