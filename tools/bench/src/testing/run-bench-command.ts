import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the bench as a process of its own, with the test's folder; `interruptAfter` sends SIGINT once stderr matches. */
export async function runBenchCommand(args: readonly string[], interruptAfter?: RegExp): Promise<CommandEnd> {
  const { DATABASE_URL: _unused, ...env } = process.env;
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), ...args], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => {
    const matched = interruptAfter?.test(stderr) ?? false;
    stderr += piece.toString();
    if (!matched && interruptAfter?.test(stderr)) child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}
