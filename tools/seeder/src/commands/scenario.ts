import { InvalidArgumentError, type Command } from 'commander';
import { requireCurrent } from '../database/ready-database.ts';
import { withConnection } from '../database/sql-connection.ts';
import { describeTarget } from '../database/target.ts';
import { applyScenario, type ScenarioState } from '../org/scenario.ts';
import { onTarget, print, printJson, wholeNumber, withTarget, type TargetFlags } from './common-options.ts';

const help = `
Moves people with everybody below them; the user becomes a supervisor if they are none. Intervals, closure and the
org's version follow in the same transaction. The same seed on the same org moves the same people.

Examples:
  npx nx run seeder:scenario -- --supervisor 500 --subordinates 1000-3000
  npx nx run seeder:scenario -- --store mysql --supervisor 2 --subordinates 50 --seed 3`;

interface Range {
  readonly min: number;
  readonly max: number;
}

function rangeOf(text: string): Range {
  const [min, max = min, ...rest] = text.split('-').map(wholeNumber);
  if (min === undefined || max === undefined || rest.length > 0 || min > max) {
    throw new InvalidArgumentError('it must be a number or a range such as 1000-3000.');
  }
  return { min, max };
}

/** `seeder:scenario`: gives one supervisor many subordinates. */
export function addScenario(program: Command): void {
  withTarget(program.command('scenario').description('give one supervisor a number of subordinates'))
    .requiredOption('--supervisor <id>', 'the user', wholeNumber)
    .requiredOption('--subordinates <range>', 'how many people are to be below them, at any depth', rangeOf)
    .option('--seed <n>', 'chooses the number in the range and who moves', wholeNumber, 1)
    .option('--json', 'print the result as JSON', false)
    .addHelpText('after', help)
    .action(
      onTarget(
        async (
          target,
          flags: TargetFlags & { supervisor: number; subordinates: Range; seed: number; json: boolean },
        ) => {
          await requireCurrent(target);
          const result = await withConnection(target, (connection) =>
            applyScenario(connection, {
              supervisorId: flags.supervisor,
              subordinatesMin: flags.subordinates.min,
              subordinatesMax: flags.subordinates.max,
              seed: flags.seed,
            }),
          );
          if (flags.json) {
            printJson({ database: describeTarget(target), ...result });
            return;
          }
          const stateText = ({ role, subordinateCount }: ScenarioState): string =>
            `${role} with ${subordinateCount.toLocaleString('en')} subordinates`;
          print(`${describeTarget(target)}: user ${result.supervisorId}`);
          print(`before: ${stateText(result.before)}`);
          print(`after:  ${stateText(result.after)} (${result.movedUserCount} people got another manager)`);
        },
      ),
    );
}
