import type { RowChange } from '@finance/live-index';
import type { FeedTable, Value } from './feed-tables.ts';

/** Makes of an update, an insertion (no `before`) or a deletion (no `after`) what a follower wants; undefined: nothing. */
export type RowMaker<Change> = (
  table: FeedTable,
  before: readonly Value[] | null,
  after: readonly Value[] | null,
) => Change | undefined;

/** The row after the change. */
export const rowChangeOf: RowMaker<RowChange> = (table, before, after) =>
  after ? table.change(after) : table.removal(before![0] as bigint);
