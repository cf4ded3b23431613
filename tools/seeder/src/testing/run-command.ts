import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface CommandResult {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Until the first output on stderr. */
  readonly firstOutputMs: number;
}

/** When to end a process the hard way: so long after its start, or after it has written something to stderr. */
export interface Kill {
  readonly afterOutput?: RegExp;
  readonly afterMs: number;
}

/** Runs the seeder as a process of its own. @param url for DATABASE_URL, which shows no password to the machine */
export async function runSeeder(args: readonly string[], url?: string, kill?: Kill): Promise<CommandResult> {
  const { DATABASE_URL: _unused, ...others } = process.env;
  const env = url === undefined ? others : { ...others, DATABASE_URL: url };
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), ...args], { env });
  let stdout = '';
  let stderr = '';
  let firstOutputMs = Infinity;
  let timer: NodeJS.Timeout | undefined;
  const arm = (afterMs: number): void => {
    timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs);
  };
  if (kill && !kill.afterOutput) arm(kill.afterMs);
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => {
    firstOutputMs = Math.min(firstOutputMs, performance.now() - startedAt);
    stderr += piece.toString();
    if (kill?.afterOutput?.test(stderr)) arm(kill.afterMs);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearTimeout(timer);
  return { code, stdout, stderr, firstOutputMs };
}
