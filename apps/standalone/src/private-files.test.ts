import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startProcess } from './test-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-private-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const modesBelow = (path: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => [name, (statSync(join(path, name)).mode & 0o777).toString(8)]),
  );

it('what a first start makes is for its user alone, and a start warns of a credentials file that is not', async () => {
  const credentials = join(folder, 'credentials.json');
  const keysSha256 = [createHash('sha256').update('key').digest('hex')];
  writeFileSync(credentials, JSON.stringify([{ subject: 'x', capabilities: ['read-metrics'], keysSha256 }]));
  chmodSync(credentials, 0o644);
  const data = join(folder, 'data');
  const service = startProcess('standalone', {
    DATABASE_URL: `sqlite:${join(data, 'company/finance.db')}`,
    LIVE_INDEX: 'off',
    AUTH_MODE: 'keys',
    AUTH_CREDENTIALS_FILE: credentials,
    AUDIT_CHECKPOINT_FILE: join(folder, 'checkpoints'),
    AUDIT_SIGNING_KEY: createHash('sha256').update('seed').digest('hex'),
  });
  const { http } = await service.serving;
  // Somebody is on record, so that all files are there.
  expect((await fetch(`${http}/metrics`)).status).toBe(401);
  expect(modesBelow(data)).toEqual({
    company: '700',
    'company/finance.db': '600',
    'company/finance.db-shm': '600',
    'company/finance.db-wal': '600',
  });
  expect(statSync(data).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'checkpoints')).mode & 0o777).toBe(0o600);
  const warned = service
    .output()
    .split('\n')
    .filter((line) => line.includes('chmod'));
  expect(warned).toEqual([expect.stringContaining(`"file":"${credentials}","mode":"644"`)]);
  service.kill('SIGTERM');
  expect((await service.ended).code).toBe(0);
});
