import type { Command } from 'commander';
import { benchAction, type OutputFlags } from '../cli/bench-action.ts';
import { wholeNumber, wholeNumbers, withDatabase, withOutput, words } from '../cli/parse-options.ts';
import { count } from '../cli/tables.ts';
import { hierarchy, hierarchyRecordsDefault, type HierarchyFlags } from './hierarchy.ts';
import { hierarchyText } from './hierarchy-text.ts';

const iterationsMax = 10_000;
const depthMost = 1_000;

const help = `
Every list of people is compared with the subtree that parent ids give. Intervals alone know no depth.

Examples:
  npx nx run bench:hierarchy
  npx nx run bench:hierarchy -- --store mysql --records 100000 --users 10000 --depths 1,2,3 --iterations 50 --json`;

/** `bench:hierarchy`. */
export function addHierarchy(program: Command): void {
  const command = program
    .command('hierarchy')
    .description('people below somebody: recursive CTE, closure table, interval; by subtree size and depth');
  withOutput(
    withDatabase(command, count(hierarchyRecordsDefault))
      .option('--viewers <list>', 'user ids instead of people by subtree size', words)
      .option('--depths <list>', 'also only so many levels below', wholeNumbers(1, depthMost), [1, 2])
      .option('--iterations <n>', 'timed calls', wholeNumber(1, iterationsMax), 20),
  )
    .addHelpText('after', help)
    .action(benchAction<'hierarchy', HierarchyFlags & OutputFlags>(hierarchy, hierarchyText));
}
