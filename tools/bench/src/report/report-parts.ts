import type { CommandName, DatabaseFacts, ResultFile } from '../result-types.ts';
import type { Chart } from './svg-chart.ts';

/** A table of the report, alike in HTML and Markdown. */
export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What one command measured. */
export interface Section {
  readonly title: string;
  /** How it was measured: machine, data, command, and whether it is complete; one paragraph each. */
  readonly notes: readonly string[];
  readonly charts: readonly Chart[];
  readonly tables: readonly ReportTable[];
}

/** All stored runs of every command. */
export type StoredResults = { readonly [C in CommandName]?: readonly ResultFile<C>[] };

/** A number as people read it: three digits, thousands grouped. */
export function number(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export const count = (value: number): string => value.toLocaleString('en-US');

/** Names a database with everything needed to make it again. */
export function databaseText({ engine, version, records, users, profile, seed }: DatabaseFacts): string {
  const origin = profile === null ? '' : `, profile ${profile}, seed ${seed}`;
  return `${engine} ${version} with ${count(records)} funds and ${count(users)} users${origin}`;
}

/** The report is committed; addresses on a command line hold passwords. */
const withoutPassword = (text: string): string => text.replace(/(:\/\/[^:@/]*):[^@]*@/, '$1:***@');

/** Where, when and by which command a run was made. */
export function runNote(file: ResultFile<CommandName>): string {
  const { cpuModel, cores, memoryGib, node, os } = file.machine;
  const machine = `${cpuModel}, ${cores} cores, ${memoryGib} GiB, ${os}, Node ${node}`;
  const data = file.database === null ? '' : ` ${databaseText(file.database)}.`;
  const shown = file.arguments.map(withoutPassword).map((text) => (/\s/.test(text) ? `"${text}"` : text));
  const command = `npx nx run bench:${file.command} -- ${shown.join(' ')}`.trim();
  const unfinished = file.finished ? '' : ` UNFINISHED: ${file.unfinishedBecause}; what follows is a part.`;
  return `\`${command}\` on ${file.startedAt.slice(0, 10)}.${data} ${machine}.${unfinished}`;
}
