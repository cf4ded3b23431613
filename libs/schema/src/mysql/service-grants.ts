import { getTableName } from 'drizzle-orm';
import * as tables from '../tables/mysql.ts';
import { connectMysql } from './session.ts';

/** Our tables: a database that was adopted holds those of other programs as well. */
const rights: ReadonlyMap<string, string> = new Map([
  ...Object.values(tables).map((table) => [getTableName(table), 'SELECT, INSERT, UPDATE, DELETE'] as const),
  // What is written there stays as it is.
  ['audit_log', 'SELECT, INSERT'],
  ['audit_state', 'SELECT, UPDATE'],
  ['audit_pending', 'SELECT, INSERT, DELETE'],
  // To see that the triggers are there.
  ['users', 'SELECT, INSERT, UPDATE, DELETE, TRIGGER'],
  ['__drizzle_migrations', 'SELECT'],
]);

/**
 * Grants an account what the services need of each table, and nothing else: it cannot alter or delete what the audit log
 * holds. By the user of the URL, who needs these rights and GRANT OPTION on the database.
 * @param account a name, or name@host; the account must exist
 * @throws Error for a name that is none, or what MySQL says
 */
export async function grantServiceRights(url: string, account: string): Promise<void> {
  const [, name, host = '%'] = /^([\w.-]{1,32})(?:@([\w.%:-]{1,255}))?$/.exec(account) ?? [];
  if (name === undefined) throw new Error(`"${account}" is no account: give its name, or name@host`);
  const connection = (await connectMysql(url)).promise();
  try {
    const [rows] = await connection.query({ sql: 'SHOW TABLES', rowsAsArray: true });
    const [[current, isLiteral]] = (
      await connection.query({ sql: 'SELECT DATABASE(), @@GLOBAL.partial_revokes', rowsAsArray: true })
    )[0] as [[string, number]];
    const database = quoted(current);
    const grantee = `${connection.escape(name)}@${connection.escape(host)}`;
    // In a grant on a whole database, _ and % stand for other characters, but where rights can be revoked in part.
    const noPattern = quoted(isLiteral === 1 ? current : current.replaceAll(/[\\_%]/g, '\\$&'));
    await connection.query(`GRANT CREATE TEMPORARY TABLES ON ${noPattern}.* TO ${grantee}`);
    for (const [table] of rows as object as [string][]) {
      const right = rights.get(table);
      if (right !== undefined) await connection.query(`GRANT ${right} ON ${database}.${quoted(table)} TO ${grantee}`);
    }
  } finally {
    await connection.end();
  }
}

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
