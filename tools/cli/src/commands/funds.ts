import type { Command } from 'commander';
import { withExamples } from '../options/command-options.ts';
import type { Output } from '../output/output.ts';
import { addFundsExport } from './funds-export.ts';
import { addFundsGet } from './funds-get.ts';
import { addFundsList } from './funds-list.ts';
import { addFundsSummary } from './funds-summary.ts';

/** `finance funds …` */
export function addFunds(program: Command, output: Output): void {
  const group = withExamples(program.command('funds').description('funds as a viewer may see them'), [
    'funds list --viewer 2 --sort "amount desc"',
    'funds summary --viewer 2 --by status',
  ]);
  addFundsList(group, output);
  addFundsGet(group, output);
  addFundsSummary(group, output);
  addFundsExport(group, output);
}
