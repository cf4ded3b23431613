import { describeTarget, describeViewers, resolveTarget } from '@finance/seeder';
import Table from 'cli-table3';
import { Option, type Command } from 'commander';
import { listenForInterruption } from '../cli/interruption.ts';
import { describeDatabase } from '../database/describe-database.ts';
import { wholeNumber } from '../ghz/whole-number.ts';
import { beginResult, resultText } from '../result-file.ts';
import { measureSettings } from './measure-settings.ts';
import type { TuningRow, TuningTimes } from './tuning-results.ts';

interface TuningOptions {
  readonly store?: 'sqlite' | 'mysql';
  readonly url?: string;
  readonly rounds: number;
  readonly json?: boolean;
}

/** Adds `tuning`: which settings of the database matter. */
export function registerTuning(program: Command): void {
  program
    .command('tuning')
    .description('Measure settings of a database with two values each, in turns; docs/tuning-*.md holds the ratios.')
    .addOption(new Option('--store <engine>', 'whose default database').choices(['sqlite', 'mysql']))
    .option('--url <url>', 'the database; default DATABASE_URL, else that of --store')
    .option('--rounds <n>', 'how often each value is measured', wholeNumber(50), 5)
    .option('--json', 'print JSON instead of a table')
    .addHelpText(
      'after',
      `
On MySQL this changes global settings of the server for the time of the run and needs SYSTEM_VARIABLES_ADMIN: use a
server of your own that nobody else works on.

Examples:
  npx nx run bench:tuning -- --store sqlite
  npx nx run bench:tuning -- --store mysql --rounds 7`,
    )
    .action(tune);
}

async function tune(options: TuningOptions): Promise<void> {
  const target = await resolveTarget(options);
  const viewers = await describeViewers(target);
  const supervisor = viewers.find(({ role }) => role === 'supervisor');
  if (supervisor === undefined)
    throw new Error('the database has no supervisors; fill it with `npx nx run seeder:run`');
  process.stderr.write(`Measuring settings on ${describeTarget(target)}, ${options.rounds} rounds…\n`);
  let results = { rounds: options.rounds, rows: [] as readonly TuningRow[] };
  const writer = beginResult('tuning', results, {
    database: await describeDatabase(target, null),
    fileName: `tuning-${target.engine}`,
  });
  const interruption = listenForInterruption();
  try {
    await measureSettings(target, supervisor.userId, options.rounds, interruption.signal, (row) => {
      results = { ...results, rows: [...results.rows, row] };
      writer.update(results);
      process.stderr.write(`${row.setting}: ${row.ratio.toFixed(2)}\n`);
    });
  } catch (error) {
    writer.end(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    interruption.end();
  }
  const file = writer.end();
  console.log(options.json ? resultText(file).trimEnd() : table(results.rows));
}

function table(rows: readonly TuningRow[]): string {
  const text = new Table({ head: ['setting', 'workload', 'ms', 'ms', 'ratio'], style: { head: [], border: [] } });
  for (const row of rows) {
    const ratio = `${row.ratio.toFixed(2)}${row.overlaps ? ' (ranges overlap)' : ''}`;
    text.push([row.setting, row.workload, timesText(row.low), timesText(row.high), ratio]);
  }
  return text.toString();
}

const timesText = ({ value, medianMs, minMs, maxMs }: TuningTimes): string =>
  `${value}: ${medianMs.toFixed(0)} (${minMs.toFixed(0)}–${maxMs.toFixed(0)})`;
