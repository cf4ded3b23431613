import type { Command } from 'commander';
import { benchAction, type OutputFlags } from '../cli/bench-action.ts';
import { withDatabase, withOutput, words } from '../cli/parse-options.ts';
import { count } from '../cli/tables.ts';
import { liveIndex, liveIndexRecordsDefault, measures, type LiveIndexFlags } from './live-index.ts';
import { liveIndexText } from './live-index-text.ts';

const help = `
Starts a server on the database and asks it over gRPC. Every question is asked of adaptive-sql as well, and answers that
differ end the run. Ratios are of medians taken in the same run. The last measures change funds and move people, so this
runs only in generated databases. The bars are those of 1,000,000 funds and 10,000 people on MySQL.

Exit code 1 when an answer is wrong or a bar does not hold.

Examples:
  npx nx run bench:live-index
  npx nx run bench:live-index -- --store mysql --records 1000000 --users 10000 --profile uniform
  npx nx run bench:live-index -- --store sqlite --records 100000 --measures pages,throughput --json`;

/** `bench:live-index`. */
export function addLiveIndex(program: Command): void {
  const command = program
    .command('live-index')
    .description('the live index: pages and totals against SQL, throughput against empty calls, freshness, merging');
  withOutput(
    withDatabase(command, count(liveIndexRecordsDefault)).option(
      '--measures <list>',
      `some of ${Object.keys(measures).join(', ')}`,
      words,
      Object.keys(measures),
    ),
  )
    .addHelpText('after', help)
    .action(benchAction<'live-index', LiveIndexFlags & OutputFlags>(liveIndex, liveIndexText));
}
