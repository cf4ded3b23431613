import type { Style } from './output.ts';

/** A column of a table or of a CSV file. */
export interface Column<Line> {
  readonly name: string;
  readonly of: (line: Line) => string;
  /** Aligned to the right in tables: numbers. */
  readonly right?: boolean;
  /** How a cell stands out on a terminal. */
  readonly style?: (line: Line) => Style | undefined;
}
