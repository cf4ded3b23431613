import type { SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import type { TableAccess } from './explained-statement.ts';

/** How MySQL would reach the tables of a statement; derived tables and what an INSERT writes are left out. */
export async function explainOnMysql(session: SqlSession, statement: SQL): Promise<TableAccess[]> {
  const [{ name: database } = {}] = await session.all(sql`SELECT DATABASE() AS name`);
  const rows = await session.all(sql`EXPLAIN FORMAT=TRADITIONAL ${statement}`);
  const notes = await session.all(sql`SHOW WARNINGS`);
  const rewritten = notes.findLast((note) => note['Code'] === 1003n)?.['Message'] as string;
  const tableOf = aliasesIn(rewritten, String(database));
  return rows
    .filter((row) => row['table'] !== null && row['select_type'] !== 'INSERT')
    .flatMap((row): TableAccess[] => {
      const alias = row['table'] as string;
      const table = tableOf.get(`${row['id']} ${alias}`) ?? tableOf.get(alias);
      if (table === undefined) return [];
      const type = row['type'] as string;
      const indexes = (row['key'] as string | null)?.split(',') ?? [null];
      return indexes.map((index) => ({
        table,
        index,
        isScan: type === 'ALL' || type === 'index',
        rowsEstimate: Number(row['rows'] ?? 0n),
        method: [`type ${type}`, row['Extra']].filter(Boolean).join(', '),
      }));
    });
}

/**
 * The table behind each alias of a statement as EXPLAIN has rewritten it, by `select alias` and, where only one table
 * has it, by the alias alone: a subquery that was turned into a join is no select of its own any more.
 */
function aliasesIn(rewritten: string, database: string): Map<string, string> {
  const tables = new Map<string, string>();
  const ambiguous = new Set<string>();
  const open: { select: string; depth: number }[] = [];
  let depth = 0;
  const tokens = new RegExp(
    String.raw`'(?:[^'\\]|\\.|'')*'|[()]|/\* select#(\d+) \*/|${'`'}${database}${'`'}\.${'`'}(\w+)${'`'}(?!\.)(?: ${'`'}(\w+)${'`'})?`,
    'g',
  );
  for (const [token, select, table, alias = table] of rewritten.matchAll(tokens)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    while ((open.at(-1)?.depth ?? -1) > depth) open.pop();
    if (select !== undefined) {
      if (open.at(-1)?.depth === depth) open.pop();
      open.push({ select, depth });
    }
    if (table === undefined || alias === undefined) continue;
    tables.set(`${open.at(-1)?.select ?? 1} ${alias}`, table);
    if (tables.has(alias) && tables.get(alias) !== table) ambiguous.add(alias);
    tables.set(alias, table);
  }
  for (const alias of ambiguous) tables.delete(alias);
  return tables;
}
