import { Command, InvalidArgumentError, Option } from 'commander';
import { compareStrategies, type StrategiesOptions } from './strategies-command.ts';

/** Load is bounded: these are the most a measurement on one machine can mean something for. */
const callersMax = 1_000;
const callsMax = 1_000_000;

const wholeNumber = (max: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > max) throw new InvalidArgumentError(`must be 1 to ${max}.`);
  return value;
};

const program = new Command('bench').description('Measurements whose answers are checked before a time is reported.');

program
  .command('strategies')
  .description('Ask a server for pages by each strategy, many callers at once; compare every answer with the oracle.')
  .addOption(new Option('--store <engine>', 'whose default database').choices(['sqlite', 'mysql']))
  .option('--url <url>', 'the database; default DATABASE_URL, else that of --store')
  .option('--strategies <list>', 'a comma list; default all')
  .option('--callers <n>', 'callers at once', wholeNumber(callersMax), 20)
  .option('--calls <n>', 'calls to each strategy', wholeNumber(callsMax), 100)
  .option('--sorts <n>', 'orders for each viewer', wholeNumber(6), 2)
  .option('--json', 'print JSON instead of tables')
  .addHelpText(
    'after',
    `
Examples:
  npx nx run bench:strategies -- --store sqlite
  npx nx run bench:strategies -- --store mysql --strategies closure-join --callers 1 --calls 60 --json

Exit code 1 when a call failed or an answer was wrong.`,
  )
  .action(async (options: StrategiesOptions) => {
    if (!(await compareStrategies(options))) process.exitCode = 1;
  });

await program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
