import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { withLockFile } from './lock-file.ts';
import { processStartedAt } from './process-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));
const quiet = () => {};

test('holders never overlap, and nothing is left behind', async () => {
  const path = join(folder, 'busy', 'lock');
  let inside = 0;
  const turn = () =>
    withLockFile(path, quiet, async () => {
      inside++;
      await sleep(10);
      expect(inside).toBe(1);
      inside--;
    });
  await Promise.all(Array.from({ length: 5 }, turn));
  expect(readdirSync(join(folder, 'busy'))).toEqual([]);
});

test('a failing action releases the lock', async () => {
  const path = join(folder, 'failing');
  await expect(withLockFile(path, quiet, () => Promise.reject(new Error('inner')))).rejects.toThrow('inner');
  expect(existsSync(path)).toBe(false);
});

test('the lock of a dead process, of a reused process id, or a damaged one is taken over', async () => {
  const deadPid = spawnSync(process.execPath, ['--version']).pid;
  const leftovers = [
    JSON.stringify({ pid: deadPid, startedAt: '1', sequence: 1 }),
    JSON.stringify({ pid: process.pid, startedAt: 'another process', sequence: 1 }),
    'half a lo',
  ];
  for (const text of leftovers) {
    const path = join(folder, 'stale');
    writeFileSync(path, text);
    expect(await withLockFile(path, quiet, () => Promise.resolve('ran'))).toBe('ran');
    expect(existsSync(path)).toBe(false);
  }
});

test('the lock of a living process is waited for, and its owner is told once', async () => {
  const path = join(folder, 'alive');
  writeFileSync(path, JSON.stringify({ pid: process.ppid, startedAt: processStartedAt(process.ppid), sequence: 1 }));
  const owners: number[] = [];
  const waiting = withLockFile(
    path,
    (pid) => owners.push(pid),
    () => Promise.resolve('ran'),
  );
  await sleep(400);
  expect(owners).toEqual([process.ppid]);
  rmSync(path);
  expect(await waiting).toBe('ran');
});
