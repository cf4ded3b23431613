import { InvalidArgumentError, Option, type Command } from 'commander';
import { describeFailure } from '../database/describe-failure.ts';
import { resolveTarget, storeNames, type StoredTarget, type TargetOptions } from '../database/target.ts';
import { SeederError } from '../seeder-error.ts';

/** Adds the options that choose a database. */
export function withTarget(command: Command): Command {
  return command
    .addOption(new Option('--store <engine>', 'engine whose default database is used').choices(storeNames))
    .option(
      '--url <url>',
      'sqlite:<file> (from the workspace root) or mysql://user@host:port/database; else DATABASE_URL, which can hold ' +
        'a password without showing it, else sqlite:var/finance.db or, with --store mysql, MYSQL_URL or the private ' +
        'server of mysql:up',
    );
}

/** The options of {@link withTarget} as commander gives them. */
export type TargetFlags = TargetOptions;

/** A command's action on the chosen database; any failure becomes a SeederError that names it. */
export function onTarget<Flags extends TargetFlags>(
  action: (target: StoredTarget, flags: Flags) => Promise<void>,
): (flags: Flags) => Promise<void> {
  return async (flags) => {
    const target = await resolveTarget(flags);
    try {
      await action(target, flags);
    } catch (error) {
      throw new SeederError(describeFailure(error, target), { cause: error });
    }
  };
}

/** An option's value as a whole number; `1_000` and `1,000` are taken, too. */
export function wholeNumber(text: string): number {
  const plain = text.replace(/(?<=\d)[_,](?=\d{3})/g, '');
  const value = Number(plain);
  if (!/^\d+$/.test(plain) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('it must be a whole number.');
  return value;
}

/** Writes a result line. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Writes a result as JSON; bigints as strings, as in the API. */
export const printJson = (value: unknown): void =>
  print(JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item), 2));
