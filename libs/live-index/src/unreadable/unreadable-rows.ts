import type { Fund } from '@finance/domain';
import type { RowChange } from '../row-change.ts';

/** Looking through more for each call would take longer than SQL's answer is worth. */
const lookedThroughMax = 1_000;

/** A row that the index cannot hold may belong to the answer: SQL can tell. */
export class AskSql extends Error {
  constructor() {
    super('a row that cannot be read may belong to the answer');
    this.name = 'AskSql';
  }
}

/**
 * The rows that are there and cannot be read as a whole. The index holds them with harmless values and gives no answer that
 * would show or go by these.
 */
export class UnreadableRows {
  private readonly rows = new Map<string, RowChange>();
  /** Rows of which it is not known whom they concern. */
  private concerningAll = 0;

  constructor(rows: readonly RowChange[]) {
    rows.forEach((row) => this.note(row));
  }

  get count(): number {
    return this.rows.size;
  }

  all(): Iterable<RowChange> {
    return this.rows.values();
  }

  /** Takes note of a change, whether the row can be read now or not. */
  note(change: RowChange): void {
    if (this.rows.size === 0 && !change.unreadable) return;
    const key = `${change.table} ${change.id}`;
    const before = this.rows.get(key);
    if (before && concernsAll(before)) this.concerningAll -= 1;
    this.rows.delete(key);
    if (!change.unreadable) return;
    this.rows.set(key, change);
    if (concernsAll(change)) this.concerningAll += 1;
  }

  /**
   * Makes sure that an answer that goes by some columns of all funds that a viewer sees can be given; and that the viewer
   * can be read.
   * @throws AskSql
   */
  requireFor(viewerUserId: bigint, columns: readonly string[] | 'all', sees: (fund: Fund) => boolean): void {
    if (this.rows.size === 0) return;
    if (this.concerningAll > 0 || this.rows.size > lookedThroughMax) throw new AskSql();
    if (this.rows.has(`users ${viewerUserId}`)) throw new AskSql();
    for (const { table, row, unreadable } of this.rows.values()) {
      if (table !== 'funds' || !(columns === 'all' || unreadable!.some((column) => columns.includes(column)))) continue;
      if (sees(row!)) throw new AskSql();
    }
  }

  /** Makes sure that funds can be shown. @throws AskSql */
  requireFunds(funds: readonly Fund[]): void {
    if (this.rows.size === 0) return;
    for (const { fundId } of funds) if (this.rows.has(`funds ${fundId}`)) throw new AskSql();
  }

  /** Makes sure that all people, and what leads to them, can be read. @throws AskSql */
  requirePeople(): void {
    if (this.rows.size === 0) return;
    for (const change of this.rows.values()) if (change.table !== 'funds' || concernsAll(change)) throw new AskSql();
  }
}

/** An order or a customer that leads to no id leads to nobody, as one that is missing does. */
const concernsAll = ({ table, row }: RowChange): boolean => row === null && (table === 'funds' || table === 'users');
