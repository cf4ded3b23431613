import Table from 'cli-table3';
import type { CommandName, DatabaseFacts, ResultFile } from '../result-types.ts';

/** A table for a terminal or a log. */
export function tableText(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** Milliseconds with as many digits as mean something. */
export function ms(value: number | undefined | null): string {
  if (value === undefined || value === null) return '';
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

/** A count with thousands separated. */
export const count = (value: number): string => value.toLocaleString('en');

/** Names a database in one line. */
export function databaseText({ engine, version, records, users, profile, seed }: DatabaseFacts): string {
  const made = profile === null ? '' : `, profile ${profile}, seed ${seed}`;
  return `${engine} ${version}: ${count(records)} funds, ${count(users)} users${made}`;
}

/** What stands below a result: the machine, and whether the run is whole. */
export function footText<C extends CommandName>({ machine, finished, unfinishedBecause }: ResultFile<C>): string {
  const { cores, cpuModel, memoryGib, node, os } = machine;
  const end = finished ? '' : `\nUNFINISHED, these are partial results: ${unfinishedBecause}`;
  return `${cores} × ${cpuModel}, ${memoryGib} GiB, Node ${node}, ${os}${end}`;
}
