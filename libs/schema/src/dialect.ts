import type { SQL } from 'drizzle-orm';

/** What differs between the engines in otherwise shared SQL. */
export interface Dialect {
  readonly name: 'mysql' | 'sqlite';
  /** The amount column: `amount` DECIMAL(15,2) on MySQL, `amount_cents` INTEGER on SQLite (docs/adr/0002). */
  readonly amountColumn: 'amount' | 'amount_cents';
  /** An amount as a parameter that compares with the amount column. */
  amountParam(cents: bigint): string | bigint;
  /** An instant as a parameter that compares with instant columns. */
  instantParam(instant: number): string | bigint;
  /** `INSERT OR IGNORE` / `INSERT IGNORE`: skips rows whose key exists. */
  readonly insertIgnore: SQL;
  /** The type of an id column in a temporary table. */
  readonly idType: SQL;
  /** Drops a temporary table if it exists, without ending the transaction. */
  dropTemporaryTable(name: SQL): SQL;
  /** Appended to a SELECT that must hold its rows until commit. */
  readonly forUpdate: SQL;
  /**
   * A condition that is always true and stops the statement soon after the caller has left; goes into the WHERE of
   * statements that read many rows. `integerColumn` varies from row to row, so that most rows pay nothing.
   */
  whileCallerWaits(integerColumn: SQL): SQL;
}
