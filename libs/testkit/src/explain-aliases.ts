/**
 * The tables behind each alias of a statement of ours, with parameters for values and keywords in capitals. Names in
 * a WITH count as tables; null stands for a derived table. One alias may have several in different subqueries.
 */
export function aliasesOf(text: string): Map<string, Set<string | null>> {
  const tables = new Map<string, Set<string | null>>();
  const add = (alias: string, table: string | null) =>
    tables.set(alias, (tables.get(alias) ?? new Set<string | null>()).add(table));
  for (const [, table = '', alias = table] of text.matchAll(/\b(?:FROM|JOIN|UPDATE)\s+(\w+)(?:\s+([a-z]\w*))?/g)) {
    add(alias, table);
  }
  for (const [, alias = ''] of text.matchAll(/\)\s+([a-z]\w*)/g)) add(alias, null);
  return tables;
}
