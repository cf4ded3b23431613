import type { SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import { aliasesOf } from './explain-aliases.ts';
import type { TableAccess } from './explained-statement.ts';

const compiler = new SQLiteSyncDialect();

/**
 * How SQLite would reach the tables of a statement. Where one alias stands for several tables of a statement, each of
 * them is reported.
 * @throws Error for an alias whose table cannot be told
 */
export async function explainOnSqlite(session: SqlSession, statement: SQL): Promise<TableAccess[]> {
  const rows = await session.all(sql`EXPLAIN QUERY PLAN ${statement}`);
  const methods = rows.map((row) => row['detail'] as string);
  const text = compiler.sqlToQuery(statement).sql;
  const aliases = aliasesOf(text);
  const isEndedByLimit = /\bLIMIT\b/.test(text) && !methods.includes('USE TEMP B-TREE FOR ORDER BY');
  return methods.flatMap((method): TableAccess[] => {
    const [, verb, alias] = /^(SCAN|SEARCH) (\w+)/.exec(method) ?? [];
    if (alias === undefined || method === 'SCAN CONSTANT ROW') return [];
    const tables = aliases.get(alias);
    if (!tables) throw new Error(`which table is ${alias} of ${text}?`);
    const isByKey = /PRIMARY KEY|sqlite_autoindex/.test(method);
    const index = isByKey ? 'PRIMARY' : (/USING (?:COVERING )?INDEX (\w+)/.exec(method)?.[1] ?? null);
    // To build an automatic index, SQLite reads all of the table.
    const readsAll = method.includes('AUTOMATIC') || (verb === 'SCAN' && !isEndedByLimit);
    return [...tables]
      .filter((table) => table !== null)
      .map((table) => ({ table, index, readsAll, rowsEstimate: undefined, method }));
  });
}
