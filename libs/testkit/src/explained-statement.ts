/** How a statement reaches the rows of one table, as the engine's EXPLAIN tells it. */
export interface TableAccess {
  /** The table, not its alias. */
  readonly table: string;
  /** `PRIMARY` for the primary key; null for none. */
  readonly index: string | null;
  /** Whether every row or index entry is read; not so where a LIMIT ends a walk down an index. */
  readonly readsAll: boolean;
  /** Rows the optimizer expects to read each time; undefined where the engine does not tell. */
  readonly rowsEstimate: number | undefined;
  /** The engine's own words, for messages. */
  readonly method: string;
}

/** A statement that was explained before it ran. */
export interface ExplainedStatement {
  readonly sql: string;
  readonly accesses: readonly TableAccess[];
}
