import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { seedDatabase } from '@finance/seeder';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResultFile } from '../result-types.ts';
import { startStandalone } from '../standalone-server.ts';
import { canHaveGhz, findGhz } from './find-ghz.ts';
import { registerGhz } from './ghz-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-ghz-'));
const databaseFile = join(folder, 'finance.db');
const run = promisify(execFile);

function ghzCommand(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const main = join(import.meta.dirname, '../main.ts');
  return run(process.execPath, [main, 'ghz', ...args], {
    env: { ...process.env, FINANCE_BENCH_FOLDER: folder, ...env },
  });
}

beforeAll(async () => {
  await seedDatabase(
    { engine: 'sqlite', file: databaseFile },
    { users: 50, records: 500, profile: 'company', seed: 7 },
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the real ghz loads both RPCs without errors and its output is kept; where it cannot be had, it is said how', async () => {
  const command = ghzCommand([
    ...['--url', `sqlite:${databaseFile}`, '--duration', '1', '--concurrency', '5', '--loop', 'closed', '--json'],
  ]);
  if (!canHaveGhz()) {
    await expect(command).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('releases') });
    return;
  }
  const { results, finished } = JSON.parse((await command).stdout) as ResultFile<'ghz'>;
  expect(finished).toBe(true);
  expect(results.runs.map(({ rpc, loop, errors }) => [rpc, loop, errors])).toEqual([
    ['ListFunds', 'closed', {}],
    ['CheckAccess', 'closed', {}],
  ]);
  for (const { calls, jsonFile, htmlFile } of results.runs) {
    const kept = JSON.parse(readFileSync(join(folder, 'ghz', jsonFile), 'utf8')) as { count: number };
    expect(kept.count).toBe(calls);
    expect(calls).toBeGreaterThan(0);
    expect(readFileSync(join(folder, 'ghz', htmlFile), 'utf8')).toContain('<title>ghz');
  }
}, 600_000);

test('a service that dies midway fails the run, which is kept and marked', async () => {
  if (!canHaveGhz()) return;
  const server = await startStandalone({ DATABASE_URL: `sqlite:${databaseFile}` });
  const options = ['--duration', '1', '--concurrency', '5', '--rps', '50'];
  const command = ghzCommand(['--host', new URL(server.grpcUrl).host, ...options]);
  const child = command.child;
  child.stderr!.on('data', (text: string) => {
    if (text.includes('ListFunds, closed loop')) void server.stop();
  });
  await expect(command).rejects.toMatchObject({ code: 1 });
  const file = readFileSync(join(folder, 'ghz.json'), 'utf8');
  const { results, finished, unfinishedBecause } = JSON.parse(file) as ResultFile<'ghz'>;
  expect(finished).toBe(false);
  expect(unfinishedBecause).toMatch(/errors|ghz could not load/);
  expect(results.runs[0]).toMatchObject({ rpc: 'ListFunds', loop: 'closed', errors: {} });
}, 60_000);

test('without ghz and Go, the message says how to get either', async () => {
  const nothing = { PATH: join(folder, 'nothing'), FINANCE_CACHE_DIR: join(folder, 'nothing') };
  await expect(findGhz(() => undefined, nothing, join(folder, 'nothing'))).rejects.toThrow(
    /ghz\/releases .* https:\/\/go\.dev\/dl\//,
  );
});

test.each([
  [['--host', '127.0.0.1:1', '--duration', '1'], 'the service on 127.0.0.1:1 did not answer'],
  [['--strategy', 'guess'], "no strategy 'guess'; known are"],
  [['--host', 'nowhere'], "'nowhere' is no host:port"],
  [['--loop', 'open'], '--loop open needs --rps'],
  [['--rps', '1000000'], 'must be 1 to 5000'],
])('%j is refused with a clear line', async (args, message) => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  registerGhz(program);
  program.commands[0]!.exitOverride().configureOutput({ writeErr: () => undefined });
  await expect(program.parseAsync(['ghz', ...args], { from: 'user' })).rejects.toThrow(message);
});
