import { findDebianProgram, findOnPath, messageOf, runCommand, SetupError } from '@finance/private-server';
import type { RedisSettings } from './settings.ts';

/** A Redis server program that can be run here: `command` with `args` in front of the server's own arguments. */
export interface RedisBinary {
  readonly source: 'path' | 'debian';
  readonly version: string;
  readonly command: string;
  readonly args: readonly string[];
}

const versionTimeoutMs = 10_000;
/** Only the package's start scripts need these. */
const leftOut = new Set(['lsb-base', 'sysvinit-utils', 'adduser']);

/**
 * `redis-server` of the path, else of Debian's packages, unpacked into the cache folder (about 10 MB and the index).
 * Throws SetupError that says what was tried and what to install.
 */
export async function findRedisServer({ env, cacheFolder, progress }: RedisSettings): Promise<RedisBinary> {
  const [command] = findOnPath('redis-server', env);
  if (command) {
    const { stdout } = await runCommand(command, ['--version'], versionTimeoutMs);
    return { source: 'path', version: /\bv=(\S+)/.exec(stdout)?.[1] ?? 'unknown', command, args: [] };
  }
  try {
    const program = 'usr/bin/redis-server';
    const request = { package: 'redis-server', program, leftOut, cacheFolder, cacheName: 'debian-redis', progress };
    return { source: 'debian', ...(await findDebianProgram(request)) };
  } catch (error) {
    throw new SetupError(
      `no Redis could be started: there is no redis-server on the path, and Debian's packages: ${messageOf(error)}\n` +
        'Install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis) and run the command again.',
    );
  }
}
