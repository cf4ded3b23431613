import { missingTriggers, sqlitePositionSql, triggersQuery } from '@finance/schema';
import type { Database, Statement } from 'better-sqlite3';
import { ChangeFeedError } from '../change-feed-error.ts';

/** `table_code` of what was loaded past the triggers. */
export const loadedCode = 0n;
/** Tables by `table_code` - 1. */
export const loggedTables = ['users', 'customers', 'orders', 'financial_funds'] as const;

/** An entry of the log; see `change_log` in libs/schema. */
export type LogEntry = readonly [
  sequence: bigint,
  tableCode: bigint,
  rowId: bigint,
  oldUserId: bigint | null,
  newUserId: bigint | null,
  mark: bigint,
];

/** The columns of an entry, in order. */
export const entryColumns = 'sequence, table_code, row_id, old_user_id, new_user_id, COALESCE(mark, 0)';

/** An entry as the position behind it, without its history. */
export const pointOf = ([sequence, , , , , mark]: LogEntry): string => `${sequence}.${mark}`;

/** Reads the position of the state that the connection sees, microseconds. */
export const newestStatement = (database: Database): Statement<[], string> =>
  database.prepare<[], string>(sqlitePositionSql).pluck();

/** Whether every trigger is there as this release makes it. @throws ChangeFeedError `setup` */
export function requireTriggers(database: Database): void {
  const present = database.prepare<[], { name: string; statement: string }>(triggersQuery.sqlite).all();
  for (const name of missingTriggers({ engine: 'sqlite' }, present).keys()) {
    throw new ChangeFeedError('setup', `the trigger ${name} is missing or another; see \`npx nx run seeder:doctor\``);
  }
}
