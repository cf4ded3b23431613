import { withTestDatabases } from '@finance/testkit';
import { expect, it } from 'vitest';
import { connect as connectMysql } from './mysql/connection.ts';
import { connect as connectSqlite } from './sqlite/connection.ts';

const databases = await withTestDatabases(import.meta.url);

it.each(databases)('a refused connection on $name is told in our own words', async ({ target }) => {
  if (target.engine === 'mysql') {
    const url = Object.assign(new URL(target.url), { username: 'nobody', password: 'secret' }).href;
    const message = 'MySQL refuses: Error ER_ACCESS_DENIED_ERROR';
    await expect(connectMysql(url)).rejects.toMatchObject({ kind: 'setup', message });
  } else {
    const message = 'SQLite does not answer: SqliteError SQLITE_NOTADB';
    expect(() => connectSqlite(import.meta.filename)).toThrow(
      expect.objectContaining({ kind: 'unavailable', message }),
    );
  }
});
