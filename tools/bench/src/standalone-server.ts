import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { workspaceRoot } from '@finance/schema';

/** A standalone server in a process of its own, so that the callers' work is not in its times. */
export interface StandaloneServer {
  readonly grpcUrl: string;
  readonly pid: number;
  /** Resolves with the server's last words when it ends, asked or not. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts `apps/standalone` on free ports. @throws Error with the server's own words when it does not come up */
export async function startStandalone(env: Readonly<Record<string, string>>): Promise<StandaloneServer> {
  const child = spawn(process.execPath, [join(workspaceRoot, 'apps/standalone/src/main.ts')], {
    env: { ...process.env, GRPC_PORT: '0', HTTP_PORT: '0', HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const ended = new Promise<string>((resolve) => child.once('exit', () => resolve(lastLine(complaints))));
  const lines = createInterface({ input: child.stdout });
  const grpcAddress = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.includes('"msg":"serving"')) resolve((JSON.parse(line) as { grpc: string }).grpc);
    });
    void ended.then((words) => reject(new Error(`the server did not start: ${words}`)));
  });
  return {
    grpcUrl: `http://${grpcAddress}`,
    pid: child.pid!,
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
