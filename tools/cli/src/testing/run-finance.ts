import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { WriteStream } from 'node:tty';
import type { Streams } from '../output/output.ts';
import { runCli } from '../run-cli.ts';

/** How a run ended. */
export interface RunResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process; on a terminal if asked. */
export async function runFinance(args: readonly string[], terminal = false): Promise<RunResult> {
  const stdout = collector(terminal);
  const stderr = collector(terminal);
  const streams: Streams = { stdout: stdout.stream, stderr: stderr.stream };
  const code = await runCli(args, streams);
  return { code, stdout: await stdout.text(), stderr: await stderr.text() };
}

function collector(terminal: boolean): { readonly stream: Streams['stdout']; readonly text: () => Promise<string> } {
  const chunks: Buffer[] = [];
  // A small buffer makes writers wait, as a slow reader does.
  const stream = new Writable({
    highWaterMark: 1024,
    write: (chunk: Buffer, _, done) => {
      chunks.push(chunk);
      setImmediate(done);
    },
  });
  const { getColorDepth } = WriteStream.prototype;
  return {
    stream: Object.assign(stream, terminal ? { isTTY: true, getColorDepth } : {}),
    text: async () => {
      stream.end();
      await finished(stream);
      return Buffer.concat(chunks).toString();
    },
  };
}

/** Runs a command line as a process of its own; its stdout is closed after `stdoutCharsMax`, as `head` does. */
export async function spawnFinance(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stdoutCharsMax = Infinity,
): Promise<RunResult> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (stdout.length > stdoutCharsMax) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, stdout, stderr };
}
