import { fundStatuses, type FundStatus } from '@finance/domain';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { adoptDefaults } from '../adopt/adopt-options.ts';
import { adopt } from '../adopt/adopt.ts';
import { describeTarget } from '../database/target.ts';
import { SeederError } from '../seeder-error.ts';
import { onTarget, print, printJson, withTarget, type TargetFlags } from './common-options.ts';

const help = `
Takes over existing tables users (id, role, parent_id), orders (order_id, user_id), customers (customer_id,
admin_user_id) and financial_funds (fund_id, handle_by, order_id, customer_id, amount) with integer ids. Adds missing
columns, tables and indexes, computes intervals and closure, and notes the schema as current. Extra columns, rows and
values stay. If anything would be lost or would be a guess (a cycle, an unknown role, a NULL handler, an amount below
one cent), nothing is changed and the exit code is 1. On MySQL take a backup first: its DDL cannot be rolled back.

Examples:
  DATABASE_URL=mysql://user:password@localhost:3306/study npx nx run seeder:adopt -- --dry-run
  npx nx run seeder:adopt -- --url sqlite:var/study.db --missing-status settled`;

interface AdoptFlags extends TargetFlags {
  readonly dryRun: boolean;
  readonly missingStatus: FundStatus;
  readonly missingCreatedAt: number;
  readonly missingCurrency: string;
  readonly json: boolean;
}

function instantOf(text: string): number {
  const millis = Date.parse(text);
  if (Number.isNaN(millis)) throw new InvalidArgumentError('it must be an instant such as 2024-01-31T00:00:00Z.');
  return millis * 1000;
}

function currencyOf(text: string): string {
  if (!/^[A-Z]{3}$/.test(text)) throw new InvalidArgumentError('it must be three capital letters.');
  return text;
}

/** `seeder:adopt`: takes over somebody else's tables. */
export function addAdopt(program: Command): void {
  withTarget(program.command('adopt').description('take over existing tables without losing anything'))
    .option('--dry-run', 'print the plan and change nothing', false)
    .addOption(
      new Option('--missing-status <status>', 'of all funds, if the table has no status')
        .choices(fundStatuses)
        .default(adoptDefaults.missingStatus),
    )
    .option(
      '--missing-created-at <instant>',
      'of all rows of a table without created_at (default: 1970)',
      instantOf,
      adoptDefaults.missingCreatedAtMicros,
    )
    .option(
      '--missing-currency <code>',
      'of all funds, if the table has none',
      currencyOf,
      adoptDefaults.missingCurrencyCode,
    )
    .option('--json', 'print the plan as JSON', false)
    .addHelpText('after', help)
    .action(
      onTarget(async (target, flags: AdoptFlags) => {
        const { plan, adopted } = await adopt(target, {
          dryRun: flags.dryRun,
          missingStatus: flags.missingStatus,
          missingCreatedAtMicros: flags.missingCreatedAt,
          missingCurrencyCode: flags.missingCurrency,
        });
        if (flags.json) printJson({ database: describeTarget(target), adopted, ...plan });
        else {
          const rows = Object.entries(plan.rowCounts).map(([table, count]) => `${count.toLocaleString('en')} ${table}`);
          print(`${describeTarget(target)}: ${rows.join(', ')}`);
          for (const { what, sql } of plan.steps)
            print(`step     ${what}${flags.dryRun ? `\n           ${sql.replaceAll('\n', ' ')}` : ''}`);
          for (const warning of plan.warnings) print(`warn     ${warning}`);
          for (const refusal of plan.refusals) print(`REFUSED  ${refusal}`);
          if (adopted) print('adopted: the schema is current');
        }
        if (plan.refusals.length > 0) {
          throw new SeederError(`${plan.refusals.length} reasons against adopting; nothing was changed`);
        }
      }),
    );
}
