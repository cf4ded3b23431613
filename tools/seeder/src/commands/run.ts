import { Option, type Command } from 'commander';
import { describeTarget } from '../database/target.ts';
import { seedDatabase } from '../load/seed-database.ts';
import { profileNames, type ProfileName } from '../profiles/profiles.ts';
import { terminalProgress } from '../report/terminal-progress.ts';
import { onTarget, print, printJson, wholeNumber, withTarget, type TargetFlags } from './common-options.ts';

interface RunFlags extends TargetFlags {
  readonly records: number;
  readonly users: number;
  readonly profile: ProfileName;
  readonly seed: number;
  readonly skipSetup: boolean;
  readonly replace: boolean;
  readonly serverIsAlone: boolean;
  readonly batchRows?: number;
  readonly json: boolean;
}

const help = `
Profiles:
  company  departments, managers with 4 to 12 reports, one team usually works on a fund, skewed sizes and amounts
  uniform  every field drawn uniformly and independently
  study    80 % staff, 15 % supervisors, 5 % admins, parent uniform over 1..min(id-1, 10000)

The same profile, seed, users and records give the same rows on every engine. Killed at any moment, the same command
continues and ends with the same rows. A finished load is not repeated. Other rows are dropped only with --replace.

--skip-setup keeps schema and people as they are, whoever made them, and loads only customers, orders and funds for
those people (--users is ignored); these tables must be empty, be a part of the same interrupted load, or be given up
with --replace.

On MySQL every row is in the binlog, so that replicas have it too. --server-is-alone loads past it, which is quicker; it
is refused when somebody can be seen to follow the server, but nobody can see who will: a replica that comes later would
stay empty, and a backup could not be brought forward over the load.

Examples:
  npx nx run seeder:run -- --store sqlite --records 20000 --users 200
  npx nx run seeder:run -- --store mysql --records 1000000 --users 10000 --profile company --seed 7
  npx nx run seeder:run -- --store mysql --records 50000 --skip-setup --replace
  npx nx run seeder:run -- --url sqlite:var/study.db --profile study --records 100000 --users 10000`;

/** `seeder:run`: loads generated data. */
export function addRun(program: Command): void {
  withTarget(program.command('run').description('load a generated company: deterministic, fast, resumable'))
    .option('--records <n>', 'rows in each of orders, customers and funds', wholeNumber, 20_000)
    .option('--users <n>', 'people', wholeNumber, 200)
    .addOption(new Option('--profile <name>', 'what the company is like').choices(profileNames).default('company'))
    .option('--seed <n>', 'another seed, another company', wholeNumber, 1)
    .option('--skip-setup', 'keep schema and people, load only records', false)
    .option('--replace', 'drop the rows that are there', false)
    .option(
      '--server-is-alone',
      'MySQL: no replica, group or index follows this server, now or later; rows are then loaded past the binlog',
      false,
    )
    .option('--batch-rows <n>', 'rows in one transaction (default: 100,000 on SQLite, 50,000 on MySQL)', wholeNumber)
    .option('--json', 'print the result as JSON', false)
    .addHelpText('after', help)
    .action(
      onTarget(async (target, flags: RunFlags) => {
        const { outcome, rowCounts, seconds } = await seedDatabase(target, flags, terminalProgress());
        const total = Object.values(seconds).reduce((sum, phase) => sum + phase, 0);
        if (flags.json) {
          printJson({ database: describeTarget(target), outcome, rowCounts, seconds: { ...seconds, total } });
          return;
        }
        const rows = Object.entries(rowCounts).map(([table, count]) => `${count.toLocaleString('en')} ${table}`);
        const what = { loaded: 'loaded', resumed: 'resumed and completed', present: 'this load had finished before' }[
          outcome
        ];
        print(`${describeTarget(target)}: ${what}: ${rows.join(', ')}`);
        if (outcome !== 'present') {
          const phases = Object.entries(seconds).map(([phase, value]) => `${phase} ${value.toFixed(1)} s`);
          print(`${total.toFixed(1)} s: ${phases.join(', ')}`);
        }
      }),
    );
}
