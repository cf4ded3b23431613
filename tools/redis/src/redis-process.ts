import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, SetupError } from '@finance/private-server';
import { pingRedis } from './ping.ts';
import type { RedisBinary } from './redis-binary.ts';

const readyMaxMs = 30_000;
const pollIntervalMs = 20;
const pingTimeoutMs = 1_000;
/** A cache of scopes needs some 300 bytes a viewer: this holds 200,000. */
const memoryMax = '64mb';

/** Where a private server listens, and the only password it takes. */
export interface RedisLogin {
  readonly port: number;
  readonly password: string;
}

/** The server's log inside its folder. */
export const logPath = (folder: string): string => join(folder, 'redis.log');

/**
 * Starts a Redis on 127.0.0.1 that keeps nothing on disk and evicts when 64 MiB are full, and waits until it answers.
 * `detached`: it outlives this process. Throws SetupError with the end of its log when it does not come up.
 */
export async function spawnRedis(
  binary: RedisBinary,
  folder: string,
  { port, password }: RedisLogin,
  detached: boolean,
): Promise<ChildProcess> {
  const log = openSync(logPath(folder), 'w', 0o600);
  // Arguments of a process can be read by every user of the machine, its standard input cannot.
  const child = spawn(binary.command, [...binary.args, '-', ...runFlags(folder, port)], {
    cwd: folder,
    detached,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  let ended: string | undefined;
  child.once('error', (error) => (ended = messageOf(error)));
  child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? `code ${code}`}`));
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(`requirepass ${password}\n`);
  for (const giveUpAt = Date.now() + readyMaxMs; ; await sleep(pollIntervalMs)) {
    const problem = await pingRedis(port, password, pingTimeoutMs).then(() => undefined, messageOf);
    if (problem === undefined) break;
    if (ended === undefined && Date.now() < giveUpAt) continue;
    child.kill('SIGKILL');
    const words = readFileSync(logPath(folder), 'utf8').trim().split('\n').slice(-5).join('\n  ');
    throw new SetupError(`Redis did not start, ${ended ?? problem}:\n  ${words}`);
  }
  if (detached) child.unref();
  return child;
}

function runFlags(folder: string, port: number): string[] {
  const memory = ['--maxmemory', memoryMax, '--maxmemory-policy', 'allkeys-lru'];
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
  return [...place, '--save', '', '--appendonly', 'no', ...memory, '--daemonize', 'no'];
}
