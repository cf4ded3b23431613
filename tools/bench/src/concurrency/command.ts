import { Option, type Command } from 'commander';
import { benchAction, type OutputFlags } from '../cli/bench-action.ts';
import { wholeNumber, wholeNumbers, withDatabase, withOutput, words } from '../cli/parse-options.ts';
import { count } from '../cli/tables.ts';
import { concurrency, concurrencyRecordsDefault, type ConcurrencyFlags } from './concurrency.ts';
import { concurrencyText } from './concurrency-text.ts';

/** Load is bounded: these are the most a measurement on one machine can mean something for. */
const callersMax = 1_000;
const callsMax = 1_000_000;
const secondsMax = 3_600;
const rateMax = 10_000;
const timeoutMaxMs = 600_000;

const help = `
Starts a server of its own on this machine, in another process, and asks it over gRPC. Every answer is compared with
the oracle. Closed loop: each of the callers asks again when it has its answer. Open loop: calls start at a fixed rate
and their latency counts from the time they were due.

Exit code 1 when an answer was wrong, a call failed or the run was cut off; partial results are kept and marked.

Examples:
  npx nx run bench:concurrency
  npx nx run bench:concurrency -- --store mysql --records 100000 --users 1,5,20,100 --strategies adaptive-sql,parallel
  npx nx run bench:concurrency -- --url sqlite:var/finance.db --loop open --rate 50 --seconds 30 --json`;

/** What `--users` is called inside, since databases have users, too. */
type Flags = Omit<ConcurrencyFlags, 'callers' | 'users'> &
  OutputFlags & { readonly users: readonly number[]; readonly people?: number };

/** `bench:concurrency`. */
export function addConcurrency(program: Command): void {
  const command = withDatabase(
    program
      .command('concurrency')
      .description('load a server over gRPC: closed and open loop, errors by kind, use of the pool'),
    count(concurrencyRecordsDefault),
    '--people',
  );
  withOutput(
    command
      .option('--users <list>', 'callers at once', wholeNumbers(1, callersMax), [1, 5, 20, 100])
      .option('--strategies <list>', 'default: all that a server can offer', words)
      .option('--viewers <list>', 'user ids instead of viewers by size', words)
      .option('--sorts <list>', 'columns, maybe with desc, or all', words, ['amount desc', 'created_at'])
      .addOption(new Option('--totals <which>', 'ask for the exact total').choices(['with', 'without']).default('with'))
      .addOption(new Option('--loop <which>', 'kind of load').choices(['closed', 'open', 'both']).default('both'))
      .option(
        '--rate <n>',
        'calls/s of the open loop (default: 70 % of what the closed loop reached)',
        wholeNumber(1, rateMax),
      )
      .option('--seconds <n>', 'length of each load', wholeNumber(1, secondsMax), 5)
      .option('--calls-max <n>', 'calls in each load', wholeNumber(1, callsMax), 100_000)
      .option('--timeout-ms <n>', 'deadline of each call', wholeNumber(1, timeoutMaxMs), 30_000),
  )
    .addHelpText('after', help)
    .action(
      benchAction<'concurrency', Flags>(({ users, people, ...flags }, options) => {
        if (flags.loop === 'open' && flags.rate === undefined) command.error("error: '--loop open' needs '--rate'");
        return concurrency({ ...flags, callers: users, users: people }, options);
      }, concurrencyText),
    );
}
