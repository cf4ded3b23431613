import { connectMysql } from './session.ts';

/** Rights on single tables; all others may be written as a whole, and all are read. */
const rights: Readonly<Record<string, string>> = {
  // What is written there stays as it is.
  audit_log: 'INSERT',
  audit_state: 'UPDATE',
  audit_pending: 'INSERT, DELETE',
  // To see that the triggers are there.
  users: 'INSERT, UPDATE, DELETE, TRIGGER',
  __drizzle_migrations: '',
};
const rightsOfOthers = 'INSERT, UPDATE, DELETE';

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
    const [[current]] = (await connection.query({ sql: 'SELECT DATABASE()', rowsAsArray: true }))[0] as [[string]];
    const database = quoted(current);
    const grantee = `${connection.escape(name)}@${connection.escape(host)}`;
    await connection.query(`GRANT SELECT, CREATE TEMPORARY TABLES ON ${database}.* TO ${grantee}`);
    for (const [table] of rows as object as [string][]) {
      const right = rights[table] ?? rightsOfOthers;
      if (right !== '') await connection.query(`GRANT ${right} ON ${database}.${quoted(table)} TO ${grantee}`);
    }
  } finally {
    await connection.end();
  }
}

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
