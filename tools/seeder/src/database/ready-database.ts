import { existsSync } from 'node:fs';
import { schemaState, type SchemaState } from '@finance/schema';
import { SeederError } from '../seeder-error.ts';
import { describeTarget, type StoredTarget } from './target.ts';

const adviceOf: Readonly<Record<Exclude<SchemaState, 'current'>, string>> = {
  empty: 'is empty; make tables with seeder:migrate or load data with seeder:run',
  older: 'has an older schema; bring it up to date with seeder:migrate',
  newer: 'has the schema of a newer release; use that release',
  foreign: "has tables that are not of this release's making; see seeder:adopt -- --dry-run",
};

/** The state of a database; a SQLite file that does not exist is `empty`. */
export async function stateOf(target: StoredTarget): Promise<SchemaState> {
  return target.engine === 'sqlite' && !existsSync(target.file) ? 'empty' : schemaState(target);
}

/** @throws SeederError that says what to do when the schema is not this release's */
export async function requireCurrent(target: StoredTarget): Promise<void> {
  const state = await stateOf(target);
  if (state !== 'current') throw new SeederError(`${describeTarget(target)} ${adviceOf[state]}`);
}
