import { join } from 'node:path';
import { schemaState, workspaceRoot } from '@finance/schema';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { createChangeTriggers } from '../database/change-triggers.ts';
import { withConnection, type SqlConnection } from '../database/sql-connection.ts';
import { describeTarget, type StoredTarget } from '../database/target.ts';
import { lockOrg, rebuildOrg } from '../org/rebuild-org.ts';
import { SeederError } from '../seeder-error.ts';
import type { AdoptOptions } from './adopt-options.ts';
import type { AdoptPlan } from './adopt-plan.ts';
import { makeAdoptPlan } from './make-adopt-plan.ts';

/**
 * Takes over tables that somebody else made: adds what is missing, computes intervals and closure, and notes the
 * migrations as applied, so that the schema is current. Rows, extra columns and values stay; nothing is done when the
 * plan has refusals, or with `dryRun`. Interrupted, the same call continues (SQLite: nothing was done).
 * @throws SeederError when the database is empty or ours already
 */
export async function adopt(
  target: StoredTarget,
  options: AdoptOptions & { readonly dryRun: boolean },
): Promise<{ readonly plan: AdoptPlan; readonly adopted: boolean }> {
  return withConnection(target, async (connection) => {
    const state = await schemaState(target);
    if (state !== 'foreign') {
      const why = state === 'empty' ? 'holds no tables to adopt' : `is of our making already (${state})`;
      throw new SeederError(`${describeTarget(target)} ${why}`);
    }
    const plan = await makeAdoptPlan(target, connection, options);
    if (options.dryRun || plan.refusals.length > 0) return { plan, adopted: false };
    if (connection.engine === 'sqlite') {
      await connection.transaction(async () => {
        await runSteps(connection, plan);
        await rebuildOrg(connection, true);
        await noteMigrations(target, connection);
      });
    } else {
      // Other tables may refer to keys that become AUTO_INCREMENT; their type stays.
      await connection.run('SET SESSION foreign_key_checks = 0');
      await runSteps(connection, plan);
      await createChangeTriggers(connection);
      await connection.transaction(async () => {
        await lockOrg(connection);
        await rebuildOrg(connection, true);
      });
      await noteMigrations(target, connection);
    }
    return { plan, adopted: true };
  });
}

async function runSteps(connection: SqlConnection, plan: AdoptPlan): Promise<void> {
  for (const { sql } of plan.steps) await connection.run(sql);
}

/** Leaves the record that drizzle's migrator would have left. */
async function noteMigrations(target: StoredTarget, connection: SqlConnection): Promise<void> {
  const migrationsFolder = join(workspaceRoot, 'libs/schema/migrations', target.engine);
  await connection.run(
    `CREATE TABLE IF NOT EXISTS __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at ${
      target.engine === 'sqlite' ? 'numeric' : 'bigint'
    })`,
  );
  const migrations = readMigrationFiles({ migrationsFolder });
  const values = migrations.map(() => '(?, ?)').join(', ');
  await connection.run(
    `INSERT INTO __drizzle_migrations (hash, created_at) VALUES ${values}`,
    migrations.flatMap(({ hash, folderMillis }) => [hash, BigInt(folderMillis)]),
  );
}
