import { stateOf } from '../database/ready-database.ts';
import { missingTriggers } from '../database/change-triggers.ts';
import { secondaryIndexes } from '../database/secondary-indexes.ts';
import type { SqlConnection } from '../database/sql-connection.ts';
import { existingIndexes } from '../database/table-catalog.ts';
import type { StoredTarget } from '../database/target.ts';
import { readRunState } from '../load/run-state.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const advice = {
  empty: 'make the tables: seeder:migrate, or seeder:run for tables and data',
  older: 'bring it up to date: seeder:migrate',
  newer: 'use the release that made it',
  foreign: 'take its tables over: seeder:adopt -- --dry-run shows how',
} as const;

/** Schema, indexes, and whether a load is unfinished. */
export async function checkSchema(target: StoredTarget, connection: SqlConnection): Promise<Finding[]> {
  const state = await stateOf(target);
  if (state !== 'current') return [fail('schema', state, advice[state])];
  const findings = [ok('schema', 'current')];
  const existing = await existingIndexes(connection);
  const all = secondaryIndexes(target);
  const missing = all.filter((index) => !existing.has(index.name));
  if (missing.length === 0) findings.push(ok('indexes', `all ${all.length} present`));
  for (const { name, statement } of missing) findings.push(fail('indexes', `${name} is missing`, statement));
  for (const { name, statement } of await missingTriggers(connection)) {
    findings.push(
      target.engine === 'sqlite'
        ? fail('triggers', `the trigger ${name} is missing or another: writes are not followed`, statement)
        : warn(
            'triggers',
            `the trigger ${name} is missing or another: SQL finds people by parent_id, which is slower`,
            'SET PERSIST log_bin_trust_function_creators = ON, then seeder:migrate and seeder:doctor -- --repair',
          ),
    );
  }
  const run = await readRunState(connection);
  if (run !== undefined && run.phase !== 'finished') {
    findings.push(
      fail('load', `a seeder:run is unfinished (${run.phase})`, 'repeat the same seeder:run, which continues it'),
    );
  }
  return findings;
}
