import { withTestDatabases } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { withSameSnapshot } from './same-snapshot.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

for (const { name, database } of databases) {
  const addCustomer = () =>
    database.transaction(signal, (other) =>
      other.run(sql`INSERT INTO customers (name, admin_user_id) VALUES ('c', 1)`),
    );
  const attempt = (between: () => Promise<unknown>) =>
    database.snapshot(signal, async (session) => {
      await between();
      return withSameSnapshot(database, session, 2, (companions) => Promise.resolve(companions.length));
    });

  if (name === 'mysql') {
    // Other test files commit on the same server, so that not every attempt finds it quiet.
    it('gives further connections while nothing is committed', () =>
      expect.poll(() => attempt(() => Promise.resolve()), { timeout: 20_000 }).toBe(2));
  }

  it(`gives none on ${name} after a commit`, async () => {
    expect(await attempt(addCustomer)).toBeUndefined();
  });

  it(`gives none on ${name} when a commit comes between its reads`, async () => {
    const result = await database.snapshot(signal, (session) => withSameSnapshot(database, session, 2, addCustomer));
    expect(result).toBeUndefined();
  });

  it(`passes on why the work failed on ${name}`, async () => {
    const failing = () =>
      database.snapshot(signal, (session) =>
        withSameSnapshot(database, session, 2, () => Promise.reject(new Error('on purpose'))),
      );
    if (name === 'mysql')
      await expect.poll(() => failing().then(String, String), { timeout: 20_000 }).toMatch('on purpose');
    else expect(await failing()).toBeUndefined();
  });
}
