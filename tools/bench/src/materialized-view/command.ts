import { refreshLimitsDefault } from '@finance/strategies';
import type { Command } from 'commander';
import { benchAction, type OutputFlags } from '../cli/bench-action.ts';
import { wholeNumber, wholeNumbers, withDatabase, withOutput, words } from '../cli/parse-options.ts';
import { count } from '../cli/tables.ts';
import { materializedView, viewRecordsDefault, type MaterializedViewFlags } from './materialized-view.ts';
import { materializedViewText } from './materialized-view-text.ts';

const iterationsMax = 10_000;
const limitMaxMs = 3_600_000;
/** Made one by one, in one transaction. */
const changesMax = 100_000;
const rowsMost = 100_000_000;

const help = `
The view holds a row for each viewer and fund that the viewer may see. Its rows, its pages, what it shows wrongly after
each change and that nothing is wrong after a refresh are compared with the oracle before a time is reported. Records
are changed for that and changed back, so this runs only in generated databases.

Exit code 1 when something differs, or a viewer sees more than --rows-max funds.

Examples:
  npx nx run bench:materialized-view
  npx nx run bench:materialized-view -- --store mysql --records 1000000 --changes 100,10000 --iterations 20
  npx nx run bench:materialized-view -- --viewers 2,17 --rows-max 100000 --json`;

/** `bench:materialized-view`. */
export function addMaterializedView(program: Command): void {
  const command = program
    .command('materialized-view')
    .description('precomputed rows of viewer and fund: refresh cost, read cost, and what a stale view shows wrongly');
  withOutput(
    withDatabase(command, count(viewRecordsDefault))
      .option('--viewers <list>', 'user ids instead of viewers by size', words)
      .option('--changes <list>', 'so many funds get other handlers', wholeNumbers(1, changesMax), [1, 100, 1_000])
      .option('--iterations <n>', 'calls for each page', wholeNumber(1, iterationsMax), 20)
      .option('--limit-ms <n>', 'of one page, and of the calls of one', wholeNumber(1, limitMaxMs), 10_000)
      .option('--rows-max <n>', 'rows that the view may hold', wholeNumber(1, rowsMost), refreshLimitsDefault.rowsMax),
  )
    .addHelpText('after', help)
    .action(
      benchAction<'materialized-view', MaterializedViewFlags & OutputFlags>(materializedView, materializedViewText),
    );
}
