import { terminalProgress } from '@finance/seeder';
import { resultText } from '../result-file.ts';
import type { CommandName, ResultFile } from '../result-types.ts';
import type { BenchOutcome, RunOptions } from './bench-run.ts';
import { listenForInterruption } from './interruption.ts';

/** The options that every command has. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly saveAs?: string;
}

/**
 * A command's action: progress to stderr, the result to stdout, as JSON or as text for people, complete or not.
 * Exit code 1 when an answer was wrong, a call failed or the run is unfinished.
 */
export function benchAction<C extends CommandName, Flags extends OutputFlags>(
  measure: (flags: Flags, options: RunOptions) => Promise<BenchOutcome<C>>,
  toText: (file: ResultFile<C>) => string,
): (flags: Flags) => Promise<void> {
  return async (flags) => {
    const interruption = listenForInterruption();
    try {
      const { file, problems } = await measure(flags, {
        signal: interruption.signal,
        say: (line) => void process.stderr.write(`${line}\n`),
        progress: terminalProgress(),
        saveAs: flags.saveAs,
      });
      process.stdout.write(flags.json ? resultText(file) : `${toText(file)}\n`);
      if (problems.length === 0) return;
      process.stderr.write(
        `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; ${problems[problems.length - 1]}\n`,
      );
      process.exitCode = 1;
    } finally {
      interruption.end();
    }
  };
}
