import type { Connection } from 'mysql2';
import { ChangeFeedError } from '../change-feed-error.ts';
import { feedTables, type FeedTable } from '../rows/feed-tables.ts';
import { textRows } from './connection.ts';
import { FollowedDatabase } from './followed-database.ts';

/** Where the columns that we read stand in a table. */
export interface TableLayout {
  readonly table: FeedTable;
  readonly columnCount: number;
  /** By ordinal; undefined for columns that are passed over. */
  readonly columns: readonly ({ readonly index: number; readonly isUnsigned: boolean } | undefined)[];
}

/** The tables that are followed, and where they are. */
export interface FollowedTables {
  readonly database: FollowedDatabase;
  /** By {@link FollowedDatabase.tableKey}. */
  readonly layouts: ReadonlyMap<string, TableLayout>;
}

const typePattern = {
  integer: /^(tiny|small|medium|big)?int\b/,
  text: /^varchar\b/,
  amount: /^decimal\(15,2\)/,
  instant: /^(datetime|timestamp)\b/,
} as const;

/** Reads the layouts of our tables. @throws ChangeFeedError `setup` for tables that are not as the release makes them */
export async function readLayouts(connection: Connection): Promise<FollowedTables> {
  const [names] = await textRows(connection, 'SELECT DATABASE() AS name, @@lower_case_table_names AS folding');
  const database = new FollowedDatabase(names!['name']!, Number(names!['folding']));
  const rows = await textRows(
    connection,
    `SELECT c.table_name AS table_name, c.column_name AS name, c.column_type AS type, c.character_set_name AS charset,
       t.engine AS engine
     FROM information_schema.columns c
     JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
     WHERE c.table_schema = DATABASE() AND c.table_name IN (${feedTables.map(({ name }) => `'${name}'`).join(', ')})
     ORDER BY c.table_name, c.ordinal_position`,
  );
  const layouts = new Map<string, TableLayout>();
  for (const table of feedTables) {
    const found = rows.filter((row) => database.tableKey(row['table_name']!) === table.name);
    const adopt = 'bring the schema up to date with `npx nx run seeder:migrate` or `npx nx run seeder:adopt`';
    if (found.length === 0) throw new ChangeFeedError('setup', `the table ${table.name} is missing; ${adopt}`);
    if (found[0]!['engine'] !== 'InnoDB') {
      throw new ChangeFeedError('setup', `the table ${table.name} is not transactional; ${adopt}`);
    }
    for (const { name, content } of table.columns) {
      const column = found.find((row) => row['name'] === name);
      const charset = column?.['charset'] ?? 'utf8mb4';
      if (!column || !typePattern[content].test(column['type']!) || !charset.startsWith('utf8')) {
        const what = column ? `is ${column['type']} ${charset}` : 'is missing';
        throw new ChangeFeedError('setup', `the column ${table.name}.${name} ${what}; ${adopt}`);
      }
    }
    layouts.set(table.name, {
      table,
      columnCount: found.length,
      columns: found.map((row) => {
        const index = table.columns.findIndex(({ name }) => name === row['name']);
        return index < 0 ? undefined : { index, isUnsigned: row['type']!.includes('unsigned') };
      }),
    });
  }
  return { database, layouts };
}
