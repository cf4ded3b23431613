import type { User } from '@finance/domain';
import type { RowChange } from '@finance/live-index';
import { isInteger } from '@finance/schema';
import type { FeedTable, Value } from './feed-tables.ts';

/** A change of whom a row names, or of a user: what the org and the assignments are made of. */
export interface PersonChange {
  readonly table: RowChange['table'];
  readonly id: bigint;
  /**
   * Whom the row named: a user's parent (0: none), an order's owner, a customer's admin, a fund's handler. Null: there
   * was no row.
   */
  readonly before: bigint | null;
  readonly after: bigint | null;
  /**
   * Of users: the row after the change, or after a later one that was committed when this one was read; null for one that
   * cannot be read.
   */
  readonly user: User | null;
}

/** A row's person; 0 for none, and for what can be nobody's id. */
export const personOf = (value: Value): bigint => (isInteger(value) ? value : 0n);

/**
 * What an update, an insertion (no `before`) or a deletion (no `after`) changed; undefined for neither, and for a row whose
 * key is beyond the contract's ids, which nobody could be told.
 */
export function personChangeOf(
  table: FeedTable,
  before: readonly Value[] | null,
  after: readonly Value[] | null,
): PersonChange | undefined {
  const personIn = (row: readonly Value[] | null) => row && personOf(row[table.personColumn]!);
  const persons = { before: personIn(before), after: personIn(after) };
  if (table.name !== 'users' && persons.before === persons.after) return undefined;
  const key = (after ?? before!)[0]!;
  if (!isInteger(key)) return undefined;
  const change = after && table.change(after);
  return { table: table.removal(key).table, id: key, ...persons, user: change && readUser(change) };
}

/** The user of a change that can be read. */
export const readUser = (change: RowChange): User | null =>
  change.table === 'users' && !change.unreadable ? change.row : null;
