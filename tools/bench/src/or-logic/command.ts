import type { Command } from 'commander';
import { benchAction, type OutputFlags } from '../cli/bench-action.ts';
import { withDatabase, withOutput, words } from '../cli/parse-options.ts';
import { count } from '../cli/tables.ts';
import { orLogic, orLogicRecordsDefault, type OrLogicFlags } from './or-logic.ts';
import { orLogicText } from './or-logic-text.ts';

const help = `
A fund is visible when its handler, its order's owner or its customer's admin is in the viewer's scope, and counts once
however many of them are. For each viewer, the whole sets of ids are compared: the strategy temporary-table, the three
bases joined by OR in one statement, and the oracle. OR tests every fund, so this reads the table once for each viewer.

Exit code 1 when they differ.

Examples:
  npx nx run bench:or-logic
  npx nx run bench:or-logic -- --store mysql --records 100000 --viewers 2,17 --json`;

/** `bench:or-logic`. */
export function addOrLogic(program: Command): void {
  const command = program
    .command('or-logic')
    .description('temporary table = OR = oracle, with the duplicates counted that are removed');
  withOutput(
    withDatabase(command, count(orLogicRecordsDefault)).option(
      '--viewers <list>',
      'user ids instead of viewers by size',
      words,
    ),
  )
    .addHelpText('after', help)
    .action(benchAction<'or-logic', OrLogicFlags & OutputFlags>(orLogic, orLogicText));
}
