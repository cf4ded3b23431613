import type { Command } from 'commander';
import { benchAction, type OutputFlags } from '../cli/bench-action.ts';
import { recordsMax, wholeNumber, wholeNumbers, withGeneratedData, withOutput } from '../cli/parse-options.ts';
import { count } from '../cli/tables.ts';
import { inClause, inClauseRecordsDefault, inClauseUsersDefault, type InClauseFlags } from './in-clause.ts';
import { inClauseText } from './in-clause-text.ts';

const sizeMax = 1_000_000;
const iterationsMax = 1_000;

const help = `
One statement with an OR over three IN lists: people, their orders, their customers; sent with parameters and with the
ids written out. A company of a size is that many people of the database, with all of their records. The plan is read
from EXPLAIN, giving up ranges from SHOW WARNINGS, and every limit is found by sending statements to the server.

Examples:
  npx nx run bench:in-clause
  npx nx run bench:in-clause -- --records 1000000 --users 10000 --json
  DATABASE_URL=mysql://finance:secret@127.0.0.1:3306/finance npx nx run bench:in-clause -- --sizes 50,500`;

/** `bench:in-clause`. */
export function addInClause(program: Command): void {
  const command = program
    .command('in-clause')
    .description('where IN lists break on MySQL: parameters, range optimizer, packets')
    .option('--url <url>', 'a MySQL database that is there; else DATABASE_URL')
    .option(
      '--records <n>',
      `a generated database of this size (default without a URL: ${count(inClauseRecordsDefault)} records, ${count(inClauseUsersDefault)} users)`,
      wholeNumber(1, recordsMax),
    );
  withOutput(
    withGeneratedData(command)
      .option('--sizes <list>', 'people', wholeNumbers(1, sizeMax), [50, 500, 2_000, 10_000])
      .option('--iterations <n>', 'timed calls', wholeNumber(1, iterationsMax), 3),
  )
    .addHelpText('after', help)
    .action(benchAction<'in-clause', InClauseFlags & OutputFlags>(inClause, inClauseText));
}
