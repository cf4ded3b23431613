import { DomainError, inOwnWords } from '@finance/domain';
import type { Database } from './database.ts';
import type { DatabaseTarget } from './database-url.ts';
import { schemaState, type SchemaState } from './migrations.ts';
import type { MysqlPoolOptions } from './mysql/database.ts';
import { openDatabase } from './open-database.ts';

const advice: Record<Exclude<SchemaState, 'current'>, string> = {
  empty: 'has no tables yet: fill it with `npx nx run seeder:run`, or create them with `npx nx run seeder:migrate`',
  older: 'has the schema of an older release: back it up and run `npx nx run seeder:migrate`',
  newer: 'has the schema of a newer release: run that release, or restore a backup made before it',
  foreign: 'has tables of these names that are not ours: adopt them with `npx nx run seeder:adopt`',
};

/**
 * Opens a database that this release can serve.
 * @throws DomainError DATABASE_UNAVAILABLE whose message tells the operator, in one line, what to do
 */
export async function openCurrentDatabase(
  target: Exclude<DatabaseTarget, { engine: 'memory' }>,
  pool?: MysqlPoolOptions,
): Promise<Database> {
  let state: SchemaState;
  try {
    state = await schemaState(target);
  } catch (error) {
    throw new DomainError(
      'DATABASE_UNAVAILABLE',
      `the database cannot be read: ${inOwnWords(error)}; check DATABASE_URL`,
      {},
      { cause: error },
    );
  }
  if (state !== 'current') throw new DomainError('DATABASE_UNAVAILABLE', `the database ${advice[state]}`);
  return openDatabase(target, pool);
}
