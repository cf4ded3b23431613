import type { User } from '@finance/domain';
import type { RowChange } from '@finance/live-index';
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
  /** Of users: the row after the change, or after a later one that was committed when this one was read. */
  readonly user: User | null;
}

/** What an update, an insertion (no `before`) or a deletion (no `after`) changed; undefined for neither. */
export function personChangeOf(
  table: FeedTable,
  before: readonly Value[] | null,
  after: readonly Value[] | null,
): PersonChange | undefined {
  const personOf = (row: readonly Value[] | null) => row && ((row[table.personColumn] as bigint | null) ?? 0n);
  const persons = { before: personOf(before), after: personOf(after) };
  const change = after && table.change(after);
  if (table.name !== 'users' && persons.before === persons.after) return undefined;
  const { table: name, id } = change ?? table.removal(before![0] as bigint);
  return { table: name, id, ...persons, user: change?.table === 'users' ? change.row : null };
}
