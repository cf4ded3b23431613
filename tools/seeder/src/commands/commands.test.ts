import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runSeeder } from '../testing/run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'seeder-'));
const url = `sqlite:${join(folder, 'new/test.db')}`;
const garbage = join(folder, 'garbage.db');
writeFileSync(
  garbage,
  'this is not a database, though it is long enough to be taken for one by its first bytes'.repeat(9),
);
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['run', 'stats', 'doctor', 'adopt', 'scenario', 'migrate'])(
  '%s --help has examples and --json',
  async (name) => {
    const { code, stdout } = await runSeeder([name, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`npx nx run seeder:${name} --`);
    expect(stdout).toContain('--json');
  },
);

describe('a wrong call', () => {
  test.each([
    [['run', '--url', url, '--users', '0'], /--users must be a whole number from 1/],
    [['run', '--url', url, '--records', 'many'], /--records.* whole number/],
    [['run', '--url', url, '--profile', 'none'], /Allowed choices are company, uniform, study/],
    [['run', '--url', 'postgres://x'], /--url must be sqlite:/],
    [['run', '--url', 'memory:'], /memory:/],
    [['run', '--url', url, '--store', 'mysql'], /--store is mysql, but --url is a sqlite database/],
    [['run', '--url', `sqlite:${garbage}`], /garbage\.db: the file is not a SQLite database/],
    [['stats', '--url', `sqlite:${join(folder, 'none.db')}`], /is empty; make tables/],
    [['run', '--url', 'mysql://u@127.0.0.1:1/db'], /mysql:\/\/127\.0\.0\.1:1\/db: nothing listens there/],
  ])('%j ends with one line and exit code 1', async (args, message) => {
    const { code, stderr } = await runSeeder(args);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(message)]);
  });

  test('a password is never shown, and one on the command line is warned of', async () => {
    const { stderr, stdout } = await runSeeder(['run', '--url', 'mysql://u:secret-word@127.0.0.1:1/db']);
    expect(stderr).toMatch(/^the password in --url is seen .*: put the URL into DATABASE_URL\n/);
    expect(stderr).toContain('mysql://127.0.0.1:1/db: nothing listens there');
    expect(stderr + stdout).not.toContain('secret-word');
  });
});

test('migrate, run, stats, scenario and doctor work on a new file and answer as JSON', async () => {
  const json = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await runSeeder([...args, '--url', url, '--json']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  expect(await json('migrate')).toMatchObject({ before: 'empty', after: 'current' });
  expect(statSync(url.slice('sqlite:'.length)).mode & 0o777, 'for its user alone').toBe(0o600);
  expect(await json('migrate')).toMatchObject({ before: 'current', after: 'current' });
  expect(await json('run', '--users', '50', '--records', '1,000')).toMatchObject({ outcome: 'loaded' });
  expect(await json('stats', '--checksum')).toMatchObject({
    counts: { users: 50, financial_funds: 1000 },
    org: { roles: { admin: 1 } },
    checksums: { all: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(await json('scenario', '--supervisor', '50', '--subordinates', '5-9')).toMatchObject({
    before: { subordinateCount: 0 },
  });
  expect(await json('doctor')).toMatchObject({
    findings: expect.arrayContaining([{ level: 'ok', check: 'schema', message: 'current' }]),
  });
});
