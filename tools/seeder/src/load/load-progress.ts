/** What a load tells while it runs. */
export interface LoadProgress {
  /** A table has so many of its rows; called at the start of a table and after each batch. */
  rows(table: string, done: number, total: number): void;
  /** A step without a count begins, such as the indexes of a table. */
  step(name: string): void;
  /** Something worth knowing. */
  notice(line: string): void;
  /** Nothing more comes. */
  end(): void;
}

/** Tells nobody. */
export const silentProgress: LoadProgress = {
  rows: () => undefined,
  step: () => undefined,
  notice: () => undefined,
  end: () => undefined,
};
