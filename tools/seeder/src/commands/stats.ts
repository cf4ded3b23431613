import type { Command } from 'commander';
import { checksumsOf } from '../data/checksum.ts';
import { tableNames } from '../data/tables.ts';
import { requireCurrent } from '../database/ready-database.ts';
import { withConnection } from '../database/sql-connection.ts';
import { describeTarget } from '../database/target.ts';
import { orgStatistics, type Distribution } from '../report/org-statistics.ts';
import { tableText } from '../report/tables-as-text.ts';
import { onTarget, print, printJson, withTarget, type TargetFlags } from './common-options.ts';

const help = `
Examples:
  npx nx run seeder:stats -- --store sqlite
  npx nx run seeder:stats -- --store mysql --checksum
  npm run --silent stats -w @finance/seeder -- --json`;

/** `seeder:stats`: figures of the data. */
export function addStats(program: Command): void {
  withTarget(program.command('stats').description('counts, roles, depths, spans, subtree sizes, largest supervisors'))
    .option(
      '--checksum',
      'also a SHA-256 over all rows of each table, the same on every engine (reads everything)',
      false,
    )
    .option('--json', 'print the result as JSON', false)
    .addHelpText('after', help)
    .action(
      onTarget(async (target, flags: TargetFlags & { checksum: boolean; json: boolean }) => {
        await requireCurrent(target);
        await withConnection(target, async (connection) => {
          const counts: Record<string, number> = {};
          for (const table of tableNames) {
            counts[table] = Number((await connection.all(`SELECT COUNT(*) AS n FROM \`${table}\``))[0]!['n']);
          }
          const org = await orgStatistics(connection);
          const checksums = flags.checksum ? await checksumsOf(connection) : undefined;
          if (flags.json) {
            printJson({ database: describeTarget(target), counts, org, ...(checksums && { checksums }) });
            return;
          }
          print(describeTarget(target));
          print(tableText(['table', 'rows'], Object.entries(counts)));
          print(tableText(['role', 'people'], Object.entries(org.roles)));
          print(`${org.departments} departments, ${org.levels} levels`);
          const show = (heading: string, counted: string, values: Distribution): void =>
            print(
              tableText(
                [heading, counted],
                values.map(({ label, count }) => [label, count]),
              ),
            );
          show('levels above', 'people', org.depths);
          show('direct reports', 'managers', org.spans);
          show('people below', 'managers', org.subtreeSizes);
          print(
            tableText(
              ['largest supervisors', 'name', 'department', 'direct reports', 'people below'],
              org.largestSupervisors.map((person) => [
                person.userId,
                person.name,
                person.department,
                person.directReportCount,
                person.subordinateCount,
              ]),
            ),
          );
          if (checksums)
            print(tableText(['table', 'sha256'], [...Object.entries(checksums.tables), ['all', checksums.all]]));
        });
      }),
    );
}
