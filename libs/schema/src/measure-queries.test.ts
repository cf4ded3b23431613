import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTestDatabases } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from './database-url.ts';
import { createQueryDurations, measureQueries } from './measure-queries.ts';
import { named } from './sql/named.ts';

const namedSql = named('test/query');

describe.each(await withTestDatabases(import.meta.url))('on $name', ({ database }) => {
  it('statements are timed under their names, in snapshots and transactions, failed ones too', async () => {
    const durations = createQueryDurations();
    const measured = measureQueries(database, durations);
    const { signal } = new AbortController();
    await measured.snapshot(signal, (session) => session.all(namedSql`SELECT ${1} AS one`));
    await measured.transaction(signal, (session) => session.run(namedSql`UPDATE org_state SET version = version`));
    await measured.snapshot(signal, (session) => session.all(sql`SELECT 1 AS one`));
    await measured.snapshot(signal, (session) => session.all(namedSql`SELECT nonsense`)).catch(() => undefined);
    const { read } = durations.metric;
    const counts = read().map((each) => [
      each.labels['query'],
      'counts' in each && each.counts.reduce((sum, count) => sum + count, 0),
    ]);
    expect(counts).toEqual([
      ['test/query', 3],
      ['other', 1],
    ]);
  });
});

it('every name of a statement tells its lib, and no two files share one', () => {
  const files = globSync('libs/*/src/**/*.ts', {
    cwd: workspaceRoot,
    exclude: ['**/*.test.ts', 'libs/schema/src/sql/named.ts'],
  });
  const names = files.flatMap((file) =>
    [...readFileSync(join(workspaceRoot, file), 'utf8').matchAll(/ = named\('([^']+)'\)/g)].map(([, name = '']) => {
      expect(name.split('/')[0], file).toBe(file.split('/')[1]);
      expect(name).toMatch(/^[a-z]+(\/[a-z-]+)+$/);
      return name;
    }),
  );
  expect(names.length).toBeGreaterThan(50);
  expect(new Set(names).size).toBe(names.length);
});
