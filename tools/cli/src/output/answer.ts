import type { JsonObject } from '@bufbuild/protobuf';
import type { FormatFlags } from '../options/format-options.ts';
import type { Column } from './columns.ts';
import { csvHead, csvLines } from './csv.ts';
import { jsonText } from './json.ts';
import type { Output } from './output.ts';

/** An answer that is no list of pages, in every form. */
export interface Answer<Line> {
  readonly json: JsonObject;
  readonly text: () => string;
  readonly csv: readonly Column<Line>[];
  readonly lines: readonly Line[];
}

/** Writes an answer in the chosen form. */
export async function showAnswer<Line>(output: Output, flags: FormatFlags, answer: Answer<Line>): Promise<void> {
  if (flags.json) await output.write(jsonText(answer.json));
  else if (flags.csv) await output.write(csvHead(answer.csv) + csvLines(answer.csv, answer.lines));
  else await output.write(answer.text());
}
