import { SeederError } from '../seeder-error.ts';
import { profileNames, type ProfileName } from '../profiles/profiles.ts';

/** What decides every generated row. */
export interface SeedParameters {
  readonly profile: ProfileName;
  readonly seed: number;
  /** 1 to {@link usersMax}. */
  readonly users: number;
  /** Rows in each of orders, customers and funds; 0 to {@link recordsMax}. */
  readonly records: number;
}

/** Bounds of memory: the org is held in it. */
export const usersMax = 1_000_000;
/** Random numbers have 32 bits; beyond this they would favour some rows visibly. */
export const recordsMax = 100_000_000;

/** @throws SeederError that names the option that is out of bounds */
export function checkParameters(parameters: SeedParameters): void {
  const { profile, seed, users, records } = parameters;
  if (!profileNames.includes(profile)) throw new SeederError(`--profile must be one of ${profileNames.join(', ')}`);
  checkBetween('--users', users, 1, usersMax);
  checkBetween('--records', records, 0, recordsMax);
  checkBetween('--seed', seed, 0, Number.MAX_SAFE_INTEGER);
}

function checkBetween(option: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new SeederError(`${option} must be a whole number from ${min} to ${max}`);
  }
}
