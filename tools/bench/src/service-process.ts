import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { workspaceRoot } from '@finance/schema';

/** A server of this repository in a process of its own, so that the callers' work is not in its times. */
export interface ServiceProcess {
  readonly grpcUrl: string;
  readonly httpUrl: string;
  readonly pid: number;
  /** Resolves with the server's last words when it ends, asked or not. */
  readonly ended: Promise<string>;
  /** Memory of the process in MiB, all of it; 0 where the system does not tell. */
  memoryMib(): number;
  stop(): Promise<void>;
}

/** A line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/**
 * Starts `apps/<app>` on free ports and waits until it takes calls. @param onLog told each line of its log
 * @throws Error with the server's own words when it does not come up
 */
export async function startService(
  app: 'standalone' | 'funds-service' | 'permission-service',
  env: Readonly<Record<string, string>>,
  onLog: (line: LogLine) => void = () => undefined,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [join(workspaceRoot, 'apps', app, 'src/main.ts')], {
    env: { ...process.env, GRPC_PORT: '0', HTTP_PORT: '0', HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let complaints = '';
  child.stderr!.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (line.startsWith('{')) onLog(JSON.parse(line) as LogLine);
  });
  // Whatever ends the bench, nothing goes on that would disturb the next one.
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<string>((resolve) =>
    child.once('exit', () => {
      process.off('exit', kill);
      resolve(lastLine(complaints));
    }),
  );
  const addresses = await new Promise<{ grpc: string; http: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { grpc: string; http: string }));
    void ended.then((words) => reject(new Error(`the server did not start: ${words}`)));
  });
  return {
    grpcUrl: `http://${addresses.grpc}`,
    httpUrl: addresses.http,
    pid: child.pid!,
    ended,
    memoryMib: () => memoryMib(child.pid!),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

function memoryMib(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
