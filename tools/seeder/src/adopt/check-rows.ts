import { amountCentsMax, decimalFromCents, fundStatuses, orgDepthMax, buildOrgTree, roles } from '@finance/domain';
import type { SqlConnection } from '../database/sql-connection.ts';
import { listIds } from '../org/rebuild-org.ts';
import type { AdoptPlanDraft } from './adopt-plan.ts';
import { tableUses } from './old-columns.ts';
import type { TableFacts } from './table-facts.ts';

/** Doubles hold whole cents exactly up to here. */
const exactCentsMax = 2 ** 53;

/** Reads the old rows and refuses those whose meaning would be guessed or lost. */
export async function checkRows(
  connection: SqlConnection,
  facts: ReadonlyMap<string, TableFacts>,
  draft: AdoptPlanDraft,
): Promise<void> {
  const count = async (table: string, condition: string): Promise<number> =>
    Number((await connection.all(`SELECT COUNT(*) AS n FROM \`${table}\` WHERE ${condition}`))[0]!['n']);

  for (const [table, { columns: present }] of facts) {
    const { columns, nullable } = tableUses[table]!;
    draft.rowCounts[table] = await count(table, '1 = 1');
    for (const [name, use] of Object.entries(columns)) {
      if (!present.has(name) || use === 'rank') continue;
      const at = `${table}.${name}`;
      const nulls = nullable.includes(name) ? 0 : await count(table, `\`${name}\` IS NULL`);
      if (nulls > 0) draft.refuse(`${at} is NULL in ${nulls} rows; give them values or delete them`);
      if (use === 'role') await refuseUnknown(connection, draft, table, name, roles);
      if (use === 'status') await refuseUnknown(connection, draft, table, name, fundStatuses);
      if (use === 'key' || use === 'id') {
        const bad =
          connection.engine === 'sqlite'
            ? await count(table, `\`${name}\` IS NOT NULL AND typeof(\`${name}\`) <> 'integer'`)
            : await count(table, `\`${name}\` > 9223372036854775807`);
        if (bad > 0) draft.refuse(`${at} is no 64-bit integer in ${bad} rows; correct them`);
      }
      if (use === 'amount') {
        const inexact = await count(table, `NOT (${isExact(connection, name)})`);
        if (inexact > 0) {
          draft.refuse(
            `${at} has ${inexact} amounts that are not whole cents below DECIMAL(15,2); round or correct them`,
          );
        }
      }
      if (use === 'text' && connection.engine === 'sqlite') {
        const bad = await count(table, `\`${name}\` IS NOT NULL AND typeof(\`${name}\`) <> 'text'`);
        if (bad > 0) draft.refuse(`${at} is no text in ${bad} rows; correct them`);
      }
    }
  }
  await checkTree(connection, draft);
}

/** A condition that holds where an amount, or NULL, fits our column exactly. */
function isExact(connection: SqlConnection, name: string): string {
  const column = `\`${name}\``;
  if (connection.engine === 'mysql') {
    return `${column} IS NULL OR (ROUND(${column}, 2) = ${column} AND ABS(${column}) <= ${decimalFromCents(amountCentsMax)})`;
  }
  const max = Math.min(Number(amountCentsMax), exactCentsMax);
  return `${column} IS NULL OR (typeof(${column}) IN ('integer', 'real') AND ABS(${column} * 100) <= ${max}
    AND ROUND(${column} * 100) / 100.0 = ${column})`;
}

async function refuseUnknown(
  connection: SqlConnection,
  draft: AdoptPlanDraft,
  table: string,
  column: string,
  known: readonly string[],
): Promise<void> {
  const rows = await connection.all(
    `SELECT \`${column}\` AS word, COUNT(*) AS n FROM \`${table}\` GROUP BY \`${column}\``,
  );
  const unknown = new Map<string, number>();
  for (const { word, n } of rows) {
    // A case-insensitive group shows one of its spellings; the others are found by comparing bytes below.
    if (word !== null && !known.includes(String(word))) unknown.set(String(word), Number(n));
  }
  const list = known.map((word) => `'${word}'`).join(', ');
  const binary = connection.engine === 'mysql' ? `CAST(\`${column}\` AS BINARY)` : `\`${column}\``;
  const [other] = await connection.all(
    `SELECT COUNT(*) AS n FROM \`${table}\` WHERE \`${column}\` IS NOT NULL AND ${binary} NOT IN (${list})`,
  );
  const total = Number(other!['n']);
  if (total === 0) return;
  const words = [...unknown.keys()].map((word) => `'${word}'`).join(', ') || 'other spellings';
  draft.refuse(
    `${table}.${column} has ${total} rows with unknown words (${words}); known are ${known.join(', ')}; correct them`,
  );
}

async function checkTree(connection: SqlConnection, draft: AdoptPlanDraft): Promise<void> {
  const rows = await connection.all('SELECT id, parent_id FROM users');
  if (rows.some((row) => typeof row['id'] !== 'bigint')) return;
  const tree = buildOrgTree(
    rows.map((row) => ({
      userId: row['id'] as bigint,
      parentUserId: typeof row['parent_id'] === 'bigint' ? row['parent_id'] : null,
    })),
  );
  if (tree.cyclicUserIds.length > 0) {
    draft.refuse(`users ${listIds(tree.cyclicUserIds)} stand on or below a cycle; correct their parent_id`);
  }
  if (tree.orphanUserIds.length > 0) {
    draft.warn(`users ${listIds(tree.orphanUserIds)} have a parent who does not exist; they are taken as roots`);
  }
  let depth = 0;
  for (const interval of tree.intervals.values()) depth = Math.max(depth, interval.depth + 1);
  if (depth > orgDepthMax)
    draft.refuse(`the org has ${depth} levels, at most ${orgDepthMax} are possible; move people up`);
}
