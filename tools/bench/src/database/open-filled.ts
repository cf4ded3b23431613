import { distrustUnwatchedTree, openCurrentDatabase, type Database } from '@finance/schema';
import { describeTarget, interruptedRun, type SeedParameters, type StoredTarget } from '@finance/seeder';
import { BenchError } from '../cli/bench-error.ts';
import type { DatabaseFacts } from '../result-types.ts';
import { describeDatabase } from './describe-database.ts';

/** A database that is ready to be measured. */
export interface FilledDatabase {
  readonly database: Database;
  readonly facts: DatabaseFacts;
}

/**
 * Opens a database that holds a whole company.
 * @throws BenchError or DomainError, one line that says how to fill it, when it is empty, half filled or not ours
 */
export async function openFilled(target: StoredTarget, generated: SeedParameters | null): Promise<FilledDatabase> {
  const name = describeTarget(target);
  const begun = await interruptedRun(target);
  if (begun) {
    const { profile, records, seed, users } = begun;
    const options = `--profile ${profile} --users ${users} --records ${records} --seed ${seed}`;
    throw new BenchError(`${name} is half filled; finish it with \`npx nx run seeder:run -- ${options}\``);
  }
  const database = await openCurrentDatabase(target);
  try {
    await distrustUnwatchedTree(database);
    const facts = await describeDatabase(target, generated);
    if (facts.users === 0) throw new BenchError(`${name} has no users; fill it with \`npx nx run seeder:run\``);
    if (facts.records === 0) throw new BenchError(`${name} has no funds; fill it with \`npx nx run seeder:run\``);
    return { database, facts };
  } catch (error) {
    await database.close();
    throw error;
  }
}
