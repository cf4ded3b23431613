import type { Command } from 'commander';
import { withExamples } from '../options/command-options.ts';
import type { Output } from '../output/output.ts';
import { addCustomersOrders } from './customers-orders.ts';

/** `finance customers …` */
export function addCustomers(program: Command, output: Output): void {
  const group = withExamples(program.command('customers').description('customers as a viewer may see them'), [
    'customers orders --viewer 2',
  ]);
  addCustomersOrders(group, output);
}
