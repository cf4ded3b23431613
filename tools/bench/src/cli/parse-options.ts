import { InvalidArgumentError, Option, type Command } from 'commander';
import { profileNames } from '@finance/seeder';

/** Reads a whole number from `min` to `max`; `1_000` and `1,000` are taken, too. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const plain = text.replace(/(?<=\d)[_,](?=\d{3})/g, '');
    const value = Number(plain);
    if (!/^\d+$/.test(plain) || value < min || value > max) {
      throw new InvalidArgumentError(`it must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };

/** Reads a comma list of whole numbers. */
export const wholeNumbers =
  (min: number, max: number) =>
  (text: string): number[] =>
    words(text).map(wholeNumber(min, max));

/** Reads a comma list. */
export function words(text: string): string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) throw new InvalidArgumentError('it must name at least one.');
  return items;
}

/** Rows and people of generated data are bounded by what the seeder takes. */
export const recordsMax = 100_000_000;
const usersMax = 1_000_000;

/** Adds the options of databases that the bench fills itself. @param people the option for their users' number */
export function withGeneratedData(command: Command, people: '--users' | '--people' = '--users'): Command {
  return command
    .option(
      `${people} <n>`,
      'people of generated data (default: one for 100 records, at most 10,000)',
      wholeNumber(1, usersMax),
    )
    .addOption(
      new Option('--profile <name>', 'what the generated company is like').choices(profileNames).default('company'),
    )
    .option('--seed <n>', 'another seed, another company', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--host <name>', 'take the MySQL server on this host, though it is not this machine');
}

/** Adds the options that choose one database. */
export function withDatabase(command: Command, recordsDefault: string, people?: '--users' | '--people'): Command {
  return withGeneratedData(
    command
      .addOption(new Option('--store <engine>', 'engine of the database').choices(['sqlite', 'mysql']))
      .option('--url <url>', 'a database that is there: sqlite:<file> or mysql://…; else DATABASE_URL')
      .option(
        '--records <n>',
        `a generated database of this size, filled when it is not there yet (default without a URL: ${recordsDefault})`,
        wholeNumber(1, recordsMax),
      ),
    people,
  );
}

/** Adds the options of the result. */
export function withOutput(command: Command): Command {
  return command
    .option('--json', 'print JSON instead of tables')
    .option('--save-as <name>', 'keep the result as var/bench/<name>.json instead of under the name of the command');
}
