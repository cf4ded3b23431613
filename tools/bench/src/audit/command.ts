import type { Command } from 'commander';
import { benchAction, type OutputFlags } from '../cli/bench-action.ts';
import { wholeNumber, wholeNumbers, withDatabase, withOutput } from '../cli/parse-options.ts';
import { count } from '../cli/tables.ts';
import { audit, auditRecordsDefault, type AuditFlags } from './audit.ts';
import { auditText } from './audit-text.ts';

const writersMax = 200;
const writesMost = 1_000_000;
const entriesMost = 100_000_000;

const help = `
Funds are created and deleted again; the entries of the audit log stay. Every audited write must have made one entry,
and the log must be intact.

Examples:
  npx nx run bench:audit
  npx nx run bench:audit -- --store mysql --writers 1,8,32 --writes 2000 --entries 1000000 --json`;

/** `bench:audit`. */
export function addAudit(program: Command): void {
  const command = program
    .command('audit')
    .description('what the audit log costs writes, in one run with and without, and how fast it is verified');
  withOutput(
    withDatabase(command, count(auditRecordsDefault))
      .option('--writers <list>', 'writers at once', wholeNumbers(1, writersMax), [1, 8])
      .option('--writes <n>', 'writes of each cell', wholeNumber(1, writesMost), 400)
      .option('--entries <n>', 'entries to verify; the log is filled up to them', wholeNumber(1, entriesMost), 200_000),
  )
    .addHelpText('after', help)
    .action(benchAction<'audit', AuditFlags & OutputFlags>(audit, auditText));
}
