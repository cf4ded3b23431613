import { Option, type Command } from 'commander';
import { benchAction, type OutputFlags } from '../cli/bench-action.ts';
import { recordsMax, wholeNumber, wholeNumbers, withGeneratedData, withOutput, words } from '../cli/parse-options.ts';
import { pageDepths } from '../questions/make-questions.ts';
import { compare, type CompareFlags } from './compare.ts';
import { compareText } from './compare-text.ts';

/** Load is bounded: more says nothing more about a median. */
const iterationsMax = 10_000;
const limitMaxMs = 3_600_000;
const limitDefaultMs = 10_000;

const help = `
Viewers are picked by the size of their subtree: 1, about 8, 57, 400 and 2,800 people, the largest team, everybody.
Every answer is compared with the oracle, field by field. A strategy that needs longer than --limit-ms for a viewer is
marked and skipped for that viewer. A question is asked --iterations times, or until it has taken --limit-ms.
The materialized view is refreshed for each viewer before, untimed; its rows are the only thing that is written.

Exit code 1 when an answer was wrong, a call failed or the run was cut off; partial results are kept and marked.

Examples:
  npx nx run bench:compare
  npx nx run bench:compare -- --stores memory,sqlite,mysql --records 10000,100000 --iterations 10
  npx nx run bench:compare -- --stores mysql --records 1000000 --users 10000 --strategies adaptive-sql,temporary-table
  npx nx run bench:compare -- --strategies adaptive-sql,adaptive-sql:gather,adaptive-sql:walk-records --sorts all
  npx nx run bench:compare -- --url sqlite:var/finance.db --viewers 2,17 --sorts all --depths first --totals without --json`;

/** `bench:compare`. */
export function addCompare(program: Command): void {
  const command = program
    .command('compare')
    .description('time all strategies in this process, by subtree size, sort, page depth, with and without total')
    .option('--stores <list>', 'of memory, sqlite, mysql (default: sqlite, or the one of --url)', words)
    .option('--url <url>', 'a database that is there, instead of --records; else DATABASE_URL')
    .option(
      '--records <list>',
      'sizes of generated databases, filled when they are not there yet (default without a URL: 20,000)',
      wholeNumbers(1, recordsMax),
    );
  withOutput(
    withGeneratedData(command)
      .option('--strategies <list>', 'default: all there are; adaptive-sql:<way> forces one of its ways', words)
      .option('--viewers <list>', 'user ids instead of viewers by size', words)
      .option('--sorts <list>', 'columns, maybe with desc, or all', words, ['amount desc', 'created_at'])
      .option('--depths <list>', `of ${pageDepths.join(', ')}`, words, [...pageDepths])
      .addOption(
        new Option('--totals <which>', 'ask for the exact total').choices(['with', 'without', 'both']).default('both'),
      )
      .option('--iterations <n>', 'calls for each question', wholeNumber(1, iterationsMax), 5)
      .option(
        '--limit-ms <n>',
        'of one call, and of the calls of one question',
        wholeNumber(1, limitMaxMs),
        limitDefaultMs,
      ),
  )
    .addHelpText('after', help)
    .action(benchAction<'compare', CompareFlags & OutputFlags>(compare, compareText));
}
