import type { JsonObject } from '@bufbuild/protobuf';
import type { Column } from './columns.ts';

/** How the rows of a list look in every form. */
export interface Listing<Row, Line> {
  /** Plural. */
  readonly noun: string;
  /** The rows' key in the JSON document. */
  readonly key: string;
  readonly jsonOf: (row: Row) => JsonObject;
  /** A row's lines in tables and CSV: itself, or more when it holds a list. */
  readonly linesOf: (row: Row) => readonly Line[];
  readonly table: readonly Column<Line>[];
  readonly csv: readonly Column<Line>[];
}
