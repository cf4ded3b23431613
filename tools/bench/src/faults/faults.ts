import { BenchError } from '../cli/bench-error.ts';
import { runBench, type BenchOutcome, type RunOptions } from '../cli/bench-run.ts';
import type { FaultResult } from './scenario.ts';
import { faultScenarios } from './scenarios.ts';

/** What `faults` is told. */
export interface FaultsFlags {
  /** By default all. */
  readonly scenario?: readonly string[];
  /** In percent of the full counts. */
  readonly scale: number;
}

/** Runs fault scenarios one after the other; a figure beyond its bar is a problem. */
export function faults(flags: FaultsFlags, options: RunOptions): Promise<BenchOutcome<'faults'>> {
  return runBench('faults', { scenarios: [] }, options, async ({ say, signal, update, problem }) => {
    const scenarios: FaultResult[] = [];
    for (const name of flags.scenario ?? Object.keys(faultScenarios)) {
      const scenario = faultScenarios[name];
      if (!scenario) throw new BenchError(`no scenario '${name}'; choose of ${Object.keys(faultScenarios).join(', ')}`);
      say(`scenario ${name}`);
      const result = await scenario({ share: flags.scale / 100, say, signal });
      scenarios.push({ scenario: name, ...result });
      update({ scenarios });
      for (const { name: bar, figure, unit, max } of result.bars) {
        if (figure > max)
          problem(`${name}: ${bar}: ${Number(figure.toFixed(2))} ${unit}, at most ${max}`.replace('  ', ' '));
      }
    }
  });
}
