import type { SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import type { TableAccess } from './explained-statement.ts';

const compiler = new SQLiteSyncDialect();

/**
 * How SQLite would reach the tables of a statement. Where one alias stands for several tables of a statement, each of
 * them is reported.
 */
export async function explainOnSqlite(session: SqlSession, statement: SQL): Promise<TableAccess[]> {
  const rows = await session.all(sql`EXPLAIN QUERY PLAN ${statement}`);
  const tablesOf = aliasesIn(compiler.sqlToQuery(statement).sql);
  return rows.flatMap((row): TableAccess[] => {
    const method = row['detail'] as string;
    const [, verb, alias] = /^(SCAN|SEARCH) (\w+)/.exec(method) ?? [];
    const [, index] = /USING (?:COVERING )?INDEX (\w+)/.exec(method) ?? [];
    const isByKey = /PRIMARY KEY|sqlite_autoindex/.test(method);
    return [...(tablesOf.get(alias ?? '') ?? [])].map((table) => ({
      table,
      index: isByKey ? 'PRIMARY' : (index ?? null),
      isScan: verb === 'SCAN',
      rowsEstimate: undefined,
      method,
    }));
  });
}

/** The tables behind each alias of a statement. */
function aliasesIn(text: string): Map<string, Set<string>> {
  const tables = new Map<string, Set<string>>();
  const named = /\b(?:FROM|JOIN|UPDATE)\s+(\w+)(?:\s+(?!ON\b|WHERE\b|JOIN\b|SET\b|ORDER\b|LIMIT\b|UNION\b)(\w+))?/g;
  for (const [, table, alias = table] of text.matchAll(named)) {
    tables.set(alias!, (tables.get(alias!) ?? new Set()).add(table!));
  }
  return tables;
}
