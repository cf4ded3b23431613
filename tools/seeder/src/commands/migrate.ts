import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { grantServiceRights, migrate } from '@finance/schema';
import type { Command } from 'commander';
import { requireCurrent, stateOf } from '../database/ready-database.ts';
import { describeTarget } from '../database/target.ts';
import { onTarget, print, printJson, withTarget, type TargetFlags } from './common-options.ts';

const help = `
Examples:
  npx nx run seeder:migrate -- --store sqlite
  DATABASE_URL=mysql://user:password@localhost:3306/finance npx nx run seeder:migrate
  DATABASE_URL=mysql://owner:password@localhost:3306/finance npx nx run seeder:migrate -- --grant-to finance_service`;

/** `seeder:migrate`: brings an empty or older database to this release's schema. */
export function addMigrate(program: Command): void {
  withTarget(program.command('migrate').description('apply missing migrations to an empty or older database'))
    .option(
      '--grant-to <account>',
      'grant this account of MySQL, name or name@host, what the services need of each table and nothing else',
    )
    .option('--json', 'print the result as JSON', false)
    .addHelpText('after', help)
    .action(
      onTarget(async (target, flags: TargetFlags & { json: boolean; grantTo?: string }) => {
        const before = await stateOf(target);
        if (before === 'empty' || before === 'older') {
          if (target.engine === 'sqlite') mkdirSync(dirname(target.file), { recursive: true, mode: 0o700 });
          await migrate(target);
        }
        // Newer and foreign ones end here.
        await requireCurrent(target);
        if (flags.grantTo !== undefined) {
          if (target.engine !== 'mysql') throw new Error('--grant-to is for MySQL: SQLite has no accounts');
          await grantServiceRights(target.url, flags.grantTo);
        }
        if (flags.json) printJson({ database: describeTarget(target), before, after: 'current' });
        else
          print(
            `${describeTarget(target)}: ${before === 'current' ? 'is current already' : `was ${before}, is current now`}`,
          );
      }),
    );
}
