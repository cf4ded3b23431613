import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolderOf, findDebianProgram, messageOf } from '@finance/private-server';
import { workspaceRoot } from '@finance/schema';

/** Where an instance listens. */
export interface BalancedInstance {
  readonly grpcPort: number;
  readonly httpPort: number;
}

/** A balancer in a process of its own, before two instances. */
export interface Balancer {
  readonly stop: () => Promise<void>;
  /** Resolves when it ends, asked or not. */
  readonly ended: Promise<void>;
  /** What it wrote until now. */
  readonly output: () => string;
}

/** The ports of 127.0.0.1 that a balancer listens on. */
export type BalancerPorts = BalancedInstance;

export type BalancerName = 'haproxy' | 'nginx';

const files: Readonly<Record<BalancerName, string>> = {
  haproxy: 'deploy/haproxy/haproxy.cfg',
  nginx: 'deploy/nginx/finance.conf',
};

/** Debian's program, from the cache folder, with the configuration of deploy/ for these ports. */
export async function startBalancer(
  name: BalancerName,
  ports: BalancerPorts,
  instances: readonly [BalancedInstance, BalancedInstance],
): Promise<Balancer> {
  const { command, args } = await findDebianProgram({
    package: name,
    program: `usr/sbin/${name}`,
    // Of its helper scripts alone.
    leftOut: new Set(['perl']),
    cacheFolder: cacheFolderOf(process.env),
    cacheName: `debian-${name}`,
    progress: (line) => console.log(`${name}: ${line}`),
  });
  const folder = mkdtempSync(join(tmpdir(), `finance-${name}-`));
  const file = join(folder, 'finance.conf');
  writeFileSync(file, withAddresses(readFileSync(join(workspaceRoot, files[name]), 'utf8'), ports, instances));
  const own = name === 'haproxy' ? ['-db', '-f', file] : ['-e', 'stderr', '-p', folder, '-c', nginxMain(folder)];
  const child = spawn(command, [...args, ...own], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  child.once('error', (error) => (output += messageOf(error)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    ended,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      process.off('exit', kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The configuration with ports of this machine for those that it names. */
function withAddresses(text: string, ports: BalancerPorts, instances: readonly BalancedInstance[]): string {
  const lines = text.split('\n').map((line) => {
    const [, number] = /funds-(\d)\.internal/.exec(line) ?? [];
    const instance = instances[Number(number) - 1];
    if (instance === undefined) {
      return line
        .replace(/(bind |listen ).*50050/, `$1127.0.0.1:${ports.grpcPort}`)
        .replace(/(bind |listen ).*8088/, `$1127.0.0.1:${ports.httpPort}`);
    }
    return line
      .replace(/funds-\d\.internal:50051/, `127.0.0.1:${instance.grpcPort}`)
      .replace(/funds-\d\.internal:8080/, `127.0.0.1:${instance.httpPort}`);
  });
  return lines.join('\n');
}

/** What Debian has in /etc/nginx/nginx.conf, within one folder. */
function nginxMain(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => {
    mkdirSync(join(folder, what));
    return `${what}_temp_path ${join(folder, what)};`;
  });
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${join(folder, 'pid')}; error_log stderr warn;
events { worker_connections 1024; }
http { access_log off; ${temporary.join(' ')} include ${join(folder, 'finance.conf')}; }
`,
  );
  return file;
}
