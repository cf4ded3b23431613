import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { recordingLog } from './test-servers.ts';
import { withTokenKey } from './token-key.ts';

const unset: { readonly PAGE_TOKEN_KEY: Buffer | undefined } = { PAGE_TOKEN_KEY: undefined };
const module = new URL('./token-key.ts', import.meta.url).href;

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'finance-token-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the key is made once, for its owner alone, and is the same after a restart', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'var/page-token.key');
  const { log, lines } = recordingLog();
  const first = withTokenKey(unset, log, file).PAGE_TOKEN_KEY;
  expect(first).toHaveLength(32);
  expect(withTokenKey(unset, log, file).PAGE_TOKEN_KEY).toEqual(first);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'var'))).toEqual(['page-token.key']);
  expect(lines).toEqual([]);
});

test('a key that is set is taken, and no file is made', () => {
  const file = join(temporaryFolder(), 'page-token.key');
  const key = Buffer.alloc(32, 5);
  expect(withTokenKey({ PAGE_TOKEN_KEY: key }, recordingLog().log, file).PAGE_TOKEN_KEY).toBe(key);
  expect(existsSync(file)).toBe(false);
});

test('processes that start at once have one key', async () => {
  const file = join(temporaryFolder(), 'page-token.key');
  const script = `
    import { withTokenKey } from ${JSON.stringify(module)};
    const log = { warn: (fields) => { throw fields.err; } };
    console.log(withTokenKey({}, log, ${JSON.stringify(file)}).PAGE_TOKEN_KEY.toString('hex'));`;
  const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  const keys = (await Promise.all(Array.from({ length: 6 }, run))).map(({ stdout }) => stdout);
  expect(keys[0]).toMatch(/^[0-9a-f]{64}\n$/);
  expect(new Set(keys).size).toBe(1);
});

test('a file that holds no key, or cannot be made, is told of, and the process has a key of its own', () => {
  const folder = temporaryFolder();
  const broken = join(folder, 'page-token.key');
  writeFileSync(broken, 'no key');
  for (const file of [broken, join(broken, 'below-a-file')]) {
    const { log, lines } = recordingLog();
    expect(withTokenKey(unset, log, file).PAGE_TOKEN_KEY).toHaveLength(32);
    expect(lines).toMatchObject([{ level: 40, file }]);
  }
});
