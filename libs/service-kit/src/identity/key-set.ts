import { readFile } from 'node:fs/promises';
import { createLocalJWKSet } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { DomainError } from '@finance/domain';
import type { FileFollower } from './followed-files.ts';

/** The issuer's public keys, followed as they rotate. */
export interface KeySet {
  /**
   * The keys of now. `fresh`: a token named a key that they lack, so look again unless that was done lately.
   * @throws DomainError IDENTITY_UNAVAILABLE when there are none, or none young enough
   */
  current(fresh: boolean): Promise<JWTVerifyGetKey>;
  /** Called after other keys have come, and when those that are there are too old: tokens that were good may be so no longer. */
  onChange(listener: () => void): void;
  close(): void;
}

/** Times of a key set, in milliseconds. */
export interface KeySetTimes {
  /** A new key is known at the latest after this time, and a withdrawn one forgotten. */
  readonly refreshMs: number;
  /** Tokens with unknown keys make the issuer be asked at most this often. */
  readonly cooldownMs: number;
  /** The same while there are no keys at all. */
  readonly retryMs: number;
  /** How long keys still count while the issuer cannot be reached. */
  readonly staleMs: number;
  /** The longest wait for the issuer; calls wait with it. */
  readonly timeoutMs: number;
}

/** An issuer's outage of an hour stops nobody; a key that was withdrawn meanwhile counts no longer than that. */
export const keySetTimes: KeySetTimes = {
  refreshMs: 300_000,
  cooldownMs: 30_000,
  retryMs: 1_000,
  staleMs: 3_600_000,
  timeoutMs: 2_000,
};

/** A set of a hundred keys has some 50 KiB; what is larger is no key set. */
const keySetBytesMax = 256 * 1024;

/** Follows a JWKS in a file, which counts within two seconds after a change, or at an http(s) URL. */
export function followKeySet(source: string, times: KeySetTimes, files: FileFollower): KeySet {
  const isUrl = /^https?:/.test(source);
  const read = () => (isUrl ? fetchText(source, times.timeoutMs) : readFile(source, 'utf8'));
  const listeners: (() => void)[] = [];
  let loaded: { readonly text: string; readonly find: JWTVerifyGetKey; readonly atMs: number } | undefined;
  let loading: Promise<void> | undefined;
  let triedMs = -Infinity;
  let staleTimer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const take = async () => {
    triedMs = performance.now();
    const text = await read();
    const hasChanged = loaded !== undefined && loaded.text !== text;
    loaded = { text, find: hasChanged || !loaded ? keysIn(text) : loaded.find, atMs: performance.now() };
    clearTimeout(staleTimer);
    staleTimer = setTimeout(tell, times.staleMs + 1).unref();
    if (hasChanged) tell();
  };
  const load = () =>
    // The keys of before count on; whether they still may is judged at each use.
    (loading ??= take()
      .catch(() => undefined)
      .finally(() => (loading = undefined)));
  if (!isUrl) files.watch('AUTH_JWKS', [source], take);
  // Streams go on without a call that would ask.
  const refresh = isUrl ? setInterval(() => void load(), Math.max(times.refreshMs, 1_000)).unref() : undefined;
  return {
    async current(fresh) {
      const nowMs = performance.now();
      const ageMs = nowMs - (loaded?.atMs ?? -Infinity);
      const usable = ageMs <= times.staleMs;
      const mayAsk = nowMs - triedMs >= (usable ? times.cooldownMs : times.retryMs);
      if (usable && !fresh) {
        if (ageMs > times.refreshMs && mayAsk) void load();
      } else await (loading ?? (mayAsk ? load() : undefined));
      if (loaded !== undefined && nowMs - loaded.atMs <= times.staleMs) return loaded.find;
      throw new DomainError('IDENTITY_UNAVAILABLE', 'the keys of the token issuer cannot be had: retry');
    },
    onChange: (listener) => void listeners.push(listener),
    close: () => {
      clearInterval(refresh);
      clearTimeout(staleTimer);
    },
  };
}

/** @throws Error for what is no key set; it does not quote the text */
function keysIn(text: string): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
  } catch {
    throw new Error('this is no JSON Web Key Set');
  }
}

async function fetchText(url: string, timeoutMs: number): Promise<string> {
  // A redirect could lead to keys of somebody else.
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
  if (!response.ok || response.body === null) throw new Error(`the key set answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > keySetBytesMax) throw new Error(`the key set is over ${keySetBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
