import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { sealerKeyBytes } from './token-sealer.ts';

/** Where the programs of this checkout keep the key of their tokens. */
export const tokenKeyFile = fileURLToPath(new URL('../../../var/page-token.key', import.meta.url));

/**
 * Settings with the key that seals tokens: that of PAGE_TOKEN_KEY, or else the one kept in `file`, which the first
 * start makes. So tokens outlive a restart, and all programs that share the file accept each other's. Where the file
 * cannot be had, the log says so, and the key is a random one of this process.
 */
export function withTokenKey<T extends { readonly PAGE_TOKEN_KEY: Buffer | undefined }>(
  config: T,
  log: Logger,
  file = tokenKeyFile,
): T & { readonly PAGE_TOKEN_KEY: Buffer } {
  if (config.PAGE_TOKEN_KEY !== undefined) return { ...config, PAGE_TOKEN_KEY: config.PAGE_TOKEN_KEY };
  try {
    return { ...config, PAGE_TOKEN_KEY: keptKey(file) };
  } catch (err) {
    log.warn({ err, file }, 'the key of tokens cannot be kept, so tokens end with this process: set PAGE_TOKEN_KEY');
    return { ...config, PAGE_TOKEN_KEY: randomBytes(sealerKeyBytes) };
  }
}

/** The key in the file, made where it is missing. Of several processes that make it at once, one does for all. */
function keptKey(file: string): Buffer {
  const known = readKey(file);
  if (known !== undefined) return known;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(sealerKeyBytes).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    // A link is never there by half, and never takes the place of another one.
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const made = readKey(file);
  if (made === undefined) throw new Error('the file was taken away');
  return made;
}

/** Undefined where there is no file. */
function readKey(file: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error('the file holds no key: delete it, and a new one is made');
  return Buffer.from(text, 'hex');
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
