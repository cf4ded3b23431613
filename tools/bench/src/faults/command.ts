import type { Command } from 'commander';
import { benchAction, type OutputFlags } from '../cli/bench-action.ts';
import { wholeNumber, withOutput, words } from '../cli/parse-options.ts';
import { faults, type FaultsFlags } from './faults.ts';
import { faultsText } from './faults-text.ts';
import { faultScenarios } from './scenarios.ts';

const help = `
Both services run as processes of their own on a private MySQL, with proxies between them that can fail.
Nothing else of this machine is touched.

  matrix          {database, JWKS} × {refuses, hangs, slow, garbage} × every RPC, 5 rounds
  mysql-killed    MySQL ended by SIGKILL under load, 10 times
  database-slow   every answer of MySQL 2 s later, at 5 times the load that SQL served, 20 s, by SQL and as by default
  overload        three times the calls of the peak, from a process of its own, then a third of it, 10 s each
  rolling-restart two instances of each service, ended by SIGTERM in turn under load, 3 rounds
  crossing-moves  1,000 pairs of crossing moves, self-moves and rings in ten subtrees at once
  lost-updates    32 writers, 10,000 transactions
  index-mysql-killed   the live index serves while MySQL is ended by SIGKILL under load, 5 times
  index-binlog-purged  what the index lacks is purged from the binlog while it is cut off
  index-feed-cut       its connections reset, swallowed, half open, answered with garbage
  index-large-transaction  two statements that change 1,000,000 funds each, under pages
  index-revocation     a permission taken away between two pages, 1,000 times
  failover             source and replica, semi-sync and groups (Group Replication), killed, reset, switched and silent
                       under load, and two services on two primaries of one group
  index-walks          10,000 walks by token while funds are inserted, deleted and re-sorted

Exit code 1 when a figure is beyond its bar.

Examples:
  npx nx run bench:faults
  npx nx run bench:faults -- --scenario mysql-killed,overload
  npx nx run bench:faults -- --scenario matrix --scale 20 --json`;

/** `bench:faults`. */
export function addFaults(program: Command): void {
  const command = program
    .command('faults')
    .description('what breaks, how it is answered, and how soon it is over')
    .option('--scenario <list>', `some of ${Object.keys(faultScenarios).join(', ')} (default: all)`, words)
    .option('--scale <percent>', 'of the full counts', wholeNumber(1, 100), 100);
  withOutput(command)
    .addHelpText('after', help)
    .action(benchAction<'faults', FaultsFlags & OutputFlags>(faults, faultsText));
}
