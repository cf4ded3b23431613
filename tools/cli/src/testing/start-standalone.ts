import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** A standalone server in a process of its own. */
export interface StandaloneServer {
  readonly grpcUrl: string;
  stop(): Promise<void>;
}

/** Serves the first company, 200 people and 20,000 funds, in memory on free ports; by one more strategy than by default. */
export async function startStandalone(): Promise<StandaloneServer> {
  const main = join(import.meta.dirname, '../../../../apps/standalone/src/main.ts');
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      DATABASE_URL: 'memory:',
      HOST: '127.0.0.1',
      GRPC_PORT: '0',
      HTTP_PORT: '0',
      PAGINATION_STRATEGIES: 'live-index,adaptive-sql,temporary-table',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaints = '';
  child.stderr!.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const grpcAddress = await new Promise<string>((resolve, reject) => {
    child.once('message', (addresses) => resolve((addresses as { grpc: string }).grpc));
    void ended.then(() => reject(new Error(`the server did not start: ${complaints.trim()}`)));
  });
  return {
    grpcUrl: `http://${grpcAddress}`,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
