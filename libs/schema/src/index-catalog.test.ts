import { withTestDatabases } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { indexCatalog } from './index-catalog.ts';

const databases = await withTestDatabases(import.meta.url);

const indexesOn = {
  mysql: sql`SELECT DISTINCT table_name AS tab, index_name AS name FROM information_schema.statistics
    WHERE table_schema = DATABASE()`,
  sqlite: sql`SELECT t.name AS tab, i.name FROM sqlite_master t JOIN pragma_index_list(t.name) i WHERE t.type = 'table'`,
};

describe.each(databases)('the catalogue of indexes on $name', ({ name, database }) => {
  it('has exactly the indexes that the migrations create', async () => {
    const rows = await database.snapshot(new AbortController().signal, (session) => session.all(indexesOn[name]));
    const created = rows
      .map((row) => `${row['tab']}.${row['name']}`)
      // A rowid is no index of its own on SQLite; org_state has one row.
      .filter((index) => !/\.PRIMARY$|sqlite_autoindex|^__drizzle/.test(index));
    const catalogued = Object.entries(indexCatalog).flatMap(([table, indexes]) =>
      Object.keys(indexes)
        .filter((index) => index !== 'PRIMARY')
        .map((index) => `${table}.${index}`),
    );
    expect(catalogued.sort()).toEqual(created.sort());
  });
});
