import { withTestDatabases } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { migrate, schemaState } from './migrations.ts';
import { openCurrentDatabase } from './open-current-database.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

describe.each(databases)('migrations on $name', ({ name, database, target }) => {
  const run = (statement: string) => database.transaction(signal, (session) => session.run(sql.raw(statement)));

  it('are recognised when complete, and applying them again changes nothing', async () => {
    expect(await schemaState(target)).toBe('current');
    await migrate(target);
    expect(await schemaState(target)).toBe('current');
    await (await openCurrentDatabase(target)).close();
  });

  it('tell a newer, an older and a foreign schema, and opening says what to do', async () => {
    await run(`INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('from the future', 1)`);
    expect(await schemaState(target)).toBe('newer');
    await expect(openCurrentDatabase(target)).rejects.toThrow('newer release');
    await run('DELETE FROM __drizzle_migrations');
    expect(await schemaState(target)).toBe('foreign');
    await expect(openCurrentDatabase(target)).rejects.toThrow('seeder:adopt');
  });

  it('tell a database that cannot be read, in one line', async () => {
    const wrong =
      name === 'mysql'
        ? { engine: 'mysql' as const, url: 'mysql://nobody:x@127.0.0.1:1/finance' }
        : { engine: 'sqlite' as const, file: import.meta.filename };
    const error: unknown = await openCurrentDatabase(wrong).catch((problem: unknown) => problem);
    expect((error as Error).message).toBe(
      `the database cannot be read: ${name === 'mysql' ? 'Error ECONNREFUSED' : 'SqliteError SQLITE_NOTADB'}; check DATABASE_URL`,
    );
  });
});
