import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keptSealKey, readSealKey } from './key-file.ts';

const inFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'finance-seals-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

it('the key is made once, for its owner alone, and read from then on', () => {
  const folder = join(inFolder(), 'var');
  const file = join(folder, 'audit-seal.key');
  expect(readSealKey(file)).toBeUndefined();
  const key = keptSealKey(file);
  expect([key.length, keptSealKey(file), readSealKey(file)]).toEqual([32, key, key]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['audit-seal.key']);
});

it('a file that holds something else is not taken for a key, nor replaced', () => {
  const file = join(inFolder(), 'audit-seal.key');
  writeFileSync(file, 'half a k');
  expect(() => keptSealKey(file)).toThrow('holds no key');
});
