/** What the self-audit has done since the start. */
export interface AuditStats {
  /** Answers compared at the same position. */
  readonly checks: number;
  /** Of these, by kind of question. */
  readonly checksByKind: Readonly<Record<string, number>>;
  /** Answers that differed, each reported and followed by a rebuild. */
  readonly differences: number;
  /** Answers that differed because the tree in the database is out of step with `parent_id`; the index reads that. */
  readonly orgOutOfStep: number;
  /** Tries in which SQL and the index did not meet at one position, or SQL did not answer in time. */
  readonly missed: number;
}
