import type { Command } from 'commander';
import { withExamples } from '../options/command-options.ts';
import type { Output } from '../output/output.ts';
import { addAccessCheck } from './access-check.ts';
import { addAccessExplain } from './access-explain.ts';
import { addAccessViewers } from './access-viewers.ts';

/** `finance access …` */
export function addAccess(program: Command, output: Output): void {
  const group = withExamples(program.command('access').description('who may see which fund, and why'), [
    'access check 17040 --viewer 2',
    'access viewers 17040',
  ]);
  addAccessCheck(group, output);
  addAccessExplain(group, output);
  addAccessViewers(group, output);
}
