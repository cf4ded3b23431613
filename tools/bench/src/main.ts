import { writePrivately } from '@finance/schema';
import { Command } from 'commander';
import { registerGhz } from './ghz/ghz-command.ts';
import { registerMonitor } from './monitor/monitor-command.ts';
import { registerTuning } from './tuning/tuning-command.ts';
import { registerReport } from './report/report-command.ts';
import { oneLine } from './cli/one-line.ts';
import { addAudit } from './audit/command.ts';
import { addCompare } from './compare/command.ts';
import { addConcurrency } from './concurrency/command.ts';
import { addFaults } from './faults/command.ts';
import { addFuzz } from './fuzz/command.ts';
import { addHierarchy } from './hierarchy/command.ts';
import { addHostile } from './hostile/command.ts';
import { addInClause } from './in-clause/command.ts';
import { addLiveIndex } from './live-index/command.ts';
import { addMaterializedView } from './materialized-view/command.ts';
import { addOrLogic } from './or-logic/command.ts';
import { addViewer } from './viewer/command.ts';

const program = new Command('bench').description(
  'Measurements whose answers are checked before a time is reported. Progress goes to stderr, results to stdout and to ' +
    'var/bench/<command>.json.',
);
addAudit(program);
addCompare(program);
addConcurrency(program);
addInClause(program);
addOrLogic(program);
addFuzz(program);
addHostile(program);
addHierarchy(program);
addFaults(program);
addLiveIndex(program);
addMaterializedView(program);
addViewer(program);
registerGhz(program);
registerMonitor(program);
registerTuning(program);
registerReport(program);

writePrivately();
try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`bench: ${oneLine(error)}\n`);
  process.exitCode = 1;
}
