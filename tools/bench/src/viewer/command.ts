import type { Command } from 'commander';
import { benchAction, type OutputFlags } from '../cli/bench-action.ts';
import { wholeNumber, withDatabase, withOutput, words } from '../cli/parse-options.ts';
import { count } from '../cli/tables.ts';
import { viewer, viewerRecordsDefault, type ViewerFlags } from './viewer.ts';
import { viewerText } from './viewer-text.ts';

const iterationsMax = 10_000;
const pageMax = 1_000_000_000;
const limitMaxMs = 3_600_000;

const help = `
--list shows viewers of every size; --viewer asks for one page, with the exact total, by every strategy.

Exit code 1 when an answer was wrong.

Examples:
  npx nx run bench:viewer -- --list
  npx nx run bench:viewer -- --viewer 2 --sort amount --desc --page 2 --iterations 5
  npx nx run bench:viewer -- --url sqlite:var/finance.db --viewer 2 --strategies adaptive-sql --json`;

/** `bench:viewer`. */
export function addViewer(program: Command): void {
  const command = program
    .command('viewer')
    .description('list viewers, or time one page of one of them by every strategy');
  withOutput(
    withDatabase(command, count(viewerRecordsDefault))
      .option('--list', 'list viewers by the size of their scope')
      .option('--viewer <id>', 'whose page')
      .option('--strategies <list>', 'default: all there are', words)
      .option('--sort <column>', 'column', 'fund_id')
      .option('--desc', 'descending')
      .option('--page <n>', 'from 1, of 20 funds', wholeNumber(1, pageMax), 1)
      .option('--iterations <n>', 'timed calls', wholeNumber(1, iterationsMax), 5)
      .option('--limit-ms <n>', 'of one call, and of all calls to a strategy', wholeNumber(1, limitMaxMs), 10_000),
  )
    .addHelpText('after', help)
    .action(benchAction<'viewer', ViewerFlags & OutputFlags>(viewer, viewerText));
}
