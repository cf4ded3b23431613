import type { SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { MySqlDialect } from 'drizzle-orm/mysql-core';
import { aliasesOf } from './explain-aliases.ts';
import type { TableAccess } from './explained-statement.ts';

/** A walk down an index of which EXPLAIN expects less is ended by a LIMIT: sample tables have several times as many. */
const walkRowsMax = 1_000;
/** The note in which EXPLAIN hands out the statement as rewritten. */
const rewrittenCode = 1003n;

const compiler = new MySqlDialect();

/**
 * How MySQL would reach the tables of a statement; derived tables and what an INSERT writes are left out. Where one
 * alias stands for several tables and MySQL has evaluated its subquery already, each of them is reported.
 * @throws Error for an alias whose table cannot be told
 */
export async function explainOnMysql(session: SqlSession, statement: SQL): Promise<TableAccess[]> {
  const rows = await session.all(sql`EXPLAIN FORMAT=TRADITIONAL ${statement}`);
  const notes = await session.all(sql`SHOW WARNINGS`);
  const rewritten = notes.findLast((note) => note['Code'] === rewrittenCode)?.['Message'] as string;
  const [{ name } = {}] = await session.all(sql`SELECT DATABASE() AS name`);
  const selectAliases = aliasesOfSelects(rewritten, String(name));
  const text = compiler.sqlToQuery(statement).sql;
  const textAliases = aliasesOf(text);

  const tablesOf = (select: string, alias: string): string[] => {
    const table = selectAliases.get(`${select} ${alias}`);
    const candidates = table === undefined ? [...(textAliases.get(alias) ?? [])] : [table];
    if (candidates.length === 0) throw new Error(`which table is ${alias} in select ${select} of ${text}?`);
    return candidates.filter((each) => each !== null);
  };
  return rows.flatMap((row): TableAccess[] => {
    const alias = row['table'] as string | null;
    if (alias === null || alias.startsWith('<') || row['select_type'] === 'INSERT') return [];
    const type = row['type'] as string;
    const rowsEstimate = Number(row['rows'] ?? 0n);
    // index_merge names several.
    const indexes = (row['key'] as string | null)?.split(',') ?? [null];
    return tablesOf(String(row['id']), alias).flatMap((table) =>
      indexes.map((index) => ({
        table,
        index,
        readsAll: type === 'ALL' || (type === 'index' && rowsEstimate >= walkRowsMax),
        rowsEstimate,
        method: [`type ${type}`, row['Extra']].filter(Boolean).join(', '),
      })),
    );
  });
}

/** The tables of a rewritten statement by `number of the select, alias`. A DELETE's subqueries and constant ones are not in it. */
function aliasesOfSelects(rewritten: string, database: string): Map<string, string> {
  const tables = new Map<string, string>();
  const open: { select: string; depth: number }[] = [];
  let depth = 0;
  const text = String.raw`'(?:[^'\\]|\\.|'')*'`;
  const table = `\`${database}\`\\.\`(\\w+)\`(?!\\.)(?: \`(\\w+)\`)?`;
  const tokens = new RegExp(String.raw`${text}|[()]|/\* select#(\d+) \*/|${table}`, 'g');
  for (const [token, select, table, alias = table] of rewritten.matchAll(tokens)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    // A select ends with its parentheses, or where the next one of a UNION begins.
    const depthMax = select === undefined ? depth : depth - 1;
    while ((open.at(-1)?.depth ?? -1) > depthMax) open.pop();
    if (select !== undefined) open.push({ select, depth });
    if (table !== undefined) tables.set(`${open.at(-1)?.select ?? 1} ${alias}`, table);
  }
  return tables;
}
