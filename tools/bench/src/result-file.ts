import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { workspaceRoot } from '@finance/schema';
import type { CommandName, DatabaseFacts, Machine, ResultFile, ResultsByCommand } from './result-types.ts';

/** Where results are kept; FINANCE_BENCH_FOLDER moves it, for tests. */
export const resultFolder = (): string => process.env['FINANCE_BENCH_FOLDER'] ?? join(workspaceRoot, 'var/bench');

const bytesPerGib = 1024 ** 3;
/** Writing takes milliseconds, which must not stand between all calls that are timed. */
const writeIntervalMs = 500;

/** The machine this process runs on. */
export function describeMachine(): Machine {
  return {
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round((totalmem() / bytesPerGib) * 10) / 10,
    node: process.versions.node,
    os: `${platform()} ${release()} ${arch()}`,
  };
}

/** A result file that is written again after every step, so that a sudden end leaves what was measured. */
export interface ResultWriter<C extends CommandName> {
  /** Stores what there is so far, marked as unfinished: at once, or with a later one when the last was a moment ago. */
  update(results: ResultsByCommand[C], database?: DatabaseFacts | null): void;
  /** Stores the end of the run; unfinished when a reason is given. @returns the file's content */
  end(unfinishedBecause?: string): ResultFile<C>;
}

/**
 * Begins the file of a command's run, `<folder>/<fileName>.json`, with empty results. An earlier run's file is replaced
 * by the first `update` or by `end`, so that a run that measured nothing loses nothing.
 */
export function beginResult<C extends CommandName>(
  command: C,
  results: ResultsByCommand[C],
  options: {
    readonly database?: DatabaseFacts | null;
    readonly fileName?: string;
    readonly arguments?: readonly string[];
  } = {},
): ResultWriter<C> {
  let file: ResultFile<C> = {
    command,
    arguments: (options.arguments ?? process.argv.slice(3)).map(withoutPassword),
    machine: describeMachine(),
    database: options.database ?? null,
    startedAt: new Date().toISOString(),
    finished: false,
    unfinishedBecause: 'the run was cut off',
    results,
  };
  const fileName = options.fileName ?? command;
  let writtenAt = -Infinity;
  return {
    update: (results, database) => {
      file = { ...file, results, database: database === undefined ? file.database : database };
      if (performance.now() - writtenAt < writeIntervalMs) return;
      writeResult(file, fileName);
      writtenAt = performance.now();
    },
    end: (unfinishedBecause) => {
      file = { ...file, finished: unfinishedBecause === undefined, unfinishedBecause: unfinishedBecause ?? null };
      writeResult(file, fileName);
      return file;
    },
  };
}

/** The stored run of a command; undefined when there is none. @throws Error when the file is no result of it */
export function readResult<C extends CommandName>(command: C, fileName: string = command): ResultFile<C> | undefined {
  const path = resultPath(fileName);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const file = JSON.parse(text) as ResultFile<C>;
    if (file.command === command) return file;
  } catch {
    // Told below, with the path.
  }
  throw new Error(`${path} is no result of '${command}'; delete it or run the command again`);
}

/** As results are printed and stored. */
export const resultText = (file: unknown): string => `${JSON.stringify(file, undefined, 2)}\n`;

const resultPath = (fileName: string): string => join(resultFolder(), `${fileName}.json`);

/** Through a second file, so that a reader never sees half of it. */
function writeResult(file: unknown, fileName: string): void {
  mkdirSync(resultFolder(), { recursive: true });
  const path = resultPath(fileName);
  writeFileSync(`${path}.${process.pid}.tmp`, resultText(file));
  renameSync(`${path}.${process.pid}.tmp`, path);
}

/** A database URL in the arguments is kept for reading, not for logging in. */
function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^:@/]*):[^@]*@/, '$1:***@');
}
