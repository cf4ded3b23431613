import { count, databaseText, footText, ms, tableText } from '../cli/tables.ts';
import type { ResultFile } from '../result-types.ts';

/** The tables of `audit` for people. */
export function auditText(file: ResultFile<'audit'>): string {
  const { verification, writes } = file.results;
  const plain = (writers: number) => writes.find((cell) => cell.writers === writers && !cell.audited);
  const table = tableText(
    ['writers', 'audit', 'writes/s', 'p50 ms', 'p99 ms', '× p50 without'],
    writes.map(({ audited, latency, writers, writesPerSecond }) => [
      writers,
      audited ? 'with' : 'without',
      count(Math.round(writesPerSecond)),
      ms(latency.p50Ms),
      ms(latency.p99Ms),
      (latency.p50Ms / (plain(writers)?.latency.p50Ms ?? latency.p50Ms)).toPrecision(2),
    ]),
  );
  const verified = verification
    ? `${count(verification.entries)} entries verified in ${verification.seconds.toFixed(2)} s: ` +
      `${count(Math.round(verification.entries / verification.seconds))} entries/s`
    : 'the log was not verified';
  return [file.database ? databaseText(file.database) : '', table, verified, footText(file)].join('\n');
}
