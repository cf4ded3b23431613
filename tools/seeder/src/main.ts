import { writePrivately } from '@finance/schema';
import { Command } from 'commander';
import { addAdopt } from './commands/adopt.ts';
import { addDoctor } from './commands/doctor.ts';
import { addMigrate } from './commands/migrate.ts';
import { addRun } from './commands/run.ts';
import { addScenario } from './commands/scenario.ts';
import { addStats } from './commands/stats.ts';
import { describeFailure } from './database/describe-failure.ts';

const program = new Command('seeder').description(
  'Data for the finance permission system: generate, measure, check, adopt. Progress goes to stderr, results to stdout.',
);
addRun(program);
addStats(program);
addDoctor(program);
addAdopt(program);
addScenario(program);
addMigrate(program);

writePrivately();
try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`seeder: ${describeFailure(error)}\n`);
  process.exitCode = 1;
}
