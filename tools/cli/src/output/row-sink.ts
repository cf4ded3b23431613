import type { JsonObject } from '@bufbuild/protobuf';
import type { FormatFlags } from '../options/format-options.ts';
import { csvHead, csvLines } from './csv.ts';
import { jsonPart } from './json.ts';
import type { Listing } from './listing.ts';
import type { Output } from './output.ts';
import { tableText } from './table.ts';
import { countText } from './words.ts';

/** Writes the rows of a list as they come, in constant memory; nothing before the first. */
export interface RowSink<Row> {
  rows(rows: readonly Row[]): Promise<void>;
  /** @param rest the answer's other fields, for JSON; @param note a line for people */
  end(rest: JsonObject, note: string): Promise<void>;
}

/** The sink of the chosen form. A table is made of each call's rows: call with many. */
export function rowSink<Row, Line>(output: Output, flags: FormatFlags, listing: Listing<Row, Line>): RowSink<Row> {
  const make = flags.json ? jsonSink : flags.csv ? csvSink : tableSink;
  const sink = make(output, listing);
  let count = 0;
  return {
    rows: async (rows) => {
      await sink.rows(rows);
      count += rows.length;
      if (count > 0) output.writtenPart = `${countText(count)} ${listing.noun}`;
    },
    end: async (rest, note) => {
      await sink.end(rest, note);
      output.writtenPart = '';
    },
  };
}

function tableSink<Row, Line>(output: Output, { linesOf, table }: Listing<Row, Line>): RowSink<Row> {
  return {
    rows: async (rows) => {
      if (rows.length > 0) await output.write(tableText(output, table, rows.flatMap(linesOf)));
    },
    end: (_, note) => output.write(`${output.paint('dim', note)}\n`),
  };
}

function csvSink<Row, Line>(output: Output, { linesOf, csv }: Listing<Row, Line>): RowSink<Row> {
  let begun = false;
  const rows = async (some: readonly Row[]): Promise<void> => {
    const head = begun ? '' : csvHead(csv);
    begun = true;
    await output.write(head + csvLines(csv, some.flatMap(linesOf)));
  };
  return { rows, end: () => (begun ? Promise.resolve() : rows([])) };
}

function jsonSink<Row, Line>(output: Output, { key, jsonOf }: Listing<Row, Line>): RowSink<Row> {
  let count = 0;
  return {
    rows: async (rows) => {
      const begin = `{\n  ${JSON.stringify(key)}: [`;
      const text = rows.map((row) => `${count++ === 0 ? begin : ','}\n    ${jsonPart(jsonOf(row), 4)}`);
      await output.write(text.join(''));
    },
    end: async (rest) => {
      const begun = count === 0 ? `{\n  ${JSON.stringify(key)}: []` : '\n  ]';
      const others = Object.entries(rest).filter(([name]) => name !== key);
      const tail = others.map(([name, value]) => `,\n  ${JSON.stringify(name)}: ${jsonPart(value, 2)}`);
      await output.write(`${begun}${tail.join('')}\n}\n`);
    },
  };
}
