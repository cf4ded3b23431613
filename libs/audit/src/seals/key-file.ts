import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { workspaceRoot } from '@finance/schema';
import { keyBytes } from '../checkpoints/signing-key.ts';

/** Where the programs of this checkout keep the key of seals when AUDIT_SEAL_KEY is not set. */
export const sealKeyFile = join(workspaceRoot, 'var/audit-seal.key');

/** The key in the file; undefined where there is no file. @throws Error when it holds no key */
export function readSealKey(file = sealKeyFile): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  const key = Buffer.from(text, 'hex');
  if (key.length !== keyBytes) throw new Error(`${file} holds no key of ${keyBytes} bytes in hex`);
  return key;
}

/** The key in the file, made where it is missing, for its owner alone. Of several who make it at once, one does for all. */
export function keptSealKey(file = sealKeyFile): Buffer {
  const known = readSealKey(file);
  if (known !== undefined) return known;
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(keyBytes).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    // A link is never there by half, and never takes the place of another one.
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return keptSealKey(file);
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
