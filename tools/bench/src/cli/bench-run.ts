import { silentProgress, type LoadProgress } from '@finance/seeder';
import { beginResult } from '../result-file.ts';
import type { CommandName, DatabaseFacts, ResultFile, ResultsByCommand } from '../result-types.ts';
import { oneLine } from './one-line.ts';

/** What a measurement is given. */
export interface BenchRun<C extends CommandName> {
  /** Aborts when the run is interrupted. */
  readonly signal: AbortSignal;
  /** Tells what happens. */
  say(line: string): void;
  /** Told how the filling of a database goes. */
  readonly progress: LoadProgress;
  /** Stores what was measured so far. */
  update(results: ResultsByCommand[C], database?: DatabaseFacts | null): void;
  /** Notes that an answer was wrong or a call failed: the run goes on, and the command fails in the end. */
  problem(line: string): void;
}

/** How a measurement ended. */
export interface BenchOutcome<C extends CommandName> {
  readonly file: ResultFile<C>;
  /** Empty when every answer was right. */
  readonly problems: readonly string[];
}

/** The surroundings of a run. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly say?: (line: string) => void;
  readonly progress?: LoadProgress;
  /** Name of the result's file; by default the command's. */
  readonly saveAs?: string | undefined;
}

/**
 * Runs a measurement and keeps its results, whatever happens: interrupted or failed, what was measured is stored and
 * marked as unfinished. @throws the failure of a run that had measured nothing yet; no file is touched then
 */
export async function runBench<C extends CommandName>(
  command: C,
  empty: ResultsByCommand[C],
  { signal = new AbortController().signal, say = () => undefined, progress = silentProgress, saveAs }: RunOptions,
  work: (run: BenchRun<C>) => Promise<void>,
): Promise<BenchOutcome<C>> {
  const writer = beginResult(command, empty, saveAs === undefined ? {} : { fileName: saveAs });
  const problems: string[] = [];
  let measured = false;
  try {
    await work({
      signal,
      say,
      progress,
      update: (results, database) => {
        measured = true;
        writer.update(results, database);
      },
      problem: (line) => {
        problems.push(line);
        say(line);
      },
    });
    signal.throwIfAborted();
    return { file: writer.end(), problems };
  } catch (error) {
    const why = signal.aborted ? oneLine(signal.reason) : oneLine(error);
    if (!measured) throw signal.aborted ? signal.reason : error;
    return { file: writer.end(why), problems: [...problems, `unfinished: ${why}`] };
  }
}
