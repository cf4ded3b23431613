import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { workspaceRoot } from '@finance/schema';

/** A program of this repository in a process of its own. */
export interface TestProcess {
  /** Where it serves; rejects when it ends before. */
  readonly serving: Promise<{ readonly grpc: string; readonly http: string }>;
  /** Exit code and everything on stderr, once it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly complaints: string }>;
  /** Everything on stdout and stderr until now. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
}

/** Runs `apps/<app>/src/main.ts` on free ports. */
export function startProcess(
  app: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): TestProcess {
  const child = spawn(process.execPath, [join(workspaceRoot, 'apps', app, 'src/main.ts'), ...args], {
    env: { ...process.env, GRPC_PORT: '0', HTTP_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let complaints = '';
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const ended = new Promise<{ code: number | null; complaints: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, complaints })),
  );
  const serving = new Promise<{ grpc: string; http: string }>((resolve, reject) => {
    child.once('message', (addresses) => resolve(addresses as { grpc: string; http: string }));
    void ended.then((end) => reject(new Error(`${app} ended with ${end.code}: ${end.complaints}`)));
  });
  serving.catch(() => undefined);
  return { serving, ended, output: () => output, kill: (signal) => child.kill(signal) };
}
