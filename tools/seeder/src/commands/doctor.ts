import type { Command } from 'commander';
import { describeTarget } from '../database/target.ts';
import { examine, repair } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { onTarget, print, printJson, withTarget, type TargetFlags } from './common-options.ts';

const help = `
Every line is ok, warn or FAIL; with a FAIL the exit code is 1. Nothing is changed without --repair, which makes
intervals and closure those of users.parent_id in one transaction and counts the org's version up; with a cycle it
changes nothing and lists it.

Examples:
  npx nx run seeder:doctor -- --store sqlite
  npx nx run seeder:doctor -- --store mysql --repair
  npm run --silent doctor -w @finance/seeder -- --json`;

/** `seeder:doctor`: looks for everything that is wrong, and repairs what is derived. */
export function addDoctor(program: Command): void {
  withTarget(program.command('doctor').description('check connection, server, schema, org and records'))
    .option('--repair', 'first rebuild intervals and closure from users.parent_id', false)
    .option('--json', 'print the result as JSON', false)
    .addHelpText('after', help)
    .action(
      onTarget(async (target, flags: TargetFlags & { repair: boolean; json: boolean }) => {
        const repaired = flags.repair ? await repair(target) : undefined;
        const findings = await examine(target);
        if (flags.json) printJson({ database: describeTarget(target), ...(repaired && { repaired }), findings });
        else {
          if (repaired) {
            print(
              `repaired: ${repaired.intervals} intervals, ${repaired.closureRowsAdded} closure rows added, ` +
                `${repaired.closureRowsRemoved} removed`,
            );
          }
          for (const finding of findings) print(lineOf(finding));
        }
        if (findings.some((finding) => finding.level === 'fail')) process.exitCode = 1;
      }),
    );
}

function lineOf({ level, check, message, advice }: Finding): string {
  const word = level === 'fail' ? 'FAIL' : level;
  return `${word.padEnd(4)}  ${check}: ${message}${advice === undefined ? '' : `. To do: ${advice}`}`;
}
