import type { SqlConnection } from '../database/sql-connection.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** File and settings. Reads the whole file once. */
export async function checkSqliteFile(connection: SqlConnection): Promise<Finding[]> {
  const [version] = await connection.all('SELECT sqlite_version() AS version');
  const [journal] = await connection.all('PRAGMA journal_mode');
  const broken = (await connection.all('PRAGMA quick_check(1)')).map((row) => String(row['quick_check']));
  return [
    ok('version', `SQLite ${version!['version']}`),
    journal!['journal_mode'] === 'wal'
      ? ok('journal_mode', 'wal')
      : warn(
          'journal_mode',
          `${journal!['journal_mode']}: readers would wait for the writer`,
          'let no other program change it; the next start sets wal',
        ),
    broken[0] === 'ok'
      ? ok('file', 'sound')
      : fail('file', `damaged: ${broken[0]}`, 'restore a backup, or load anew with seeder:run -- --replace'),
  ];
}
