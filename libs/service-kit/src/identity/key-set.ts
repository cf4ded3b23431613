import { readFile } from 'node:fs/promises';
import { createLocalJWKSet } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { DomainError } from '@finance/domain';

/** The issuer's public keys, followed as they rotate. */
export interface KeySet {
  /**
   * The keys of now. `fresh`: a token named a key that they lack, so look again unless that was done lately.
   * @throws DomainError IDENTITY_UNAVAILABLE when there are none, or none young enough
   */
  current(fresh: boolean): Promise<JWTVerifyGetKey>;
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

/** Follows a JWKS in a file, or at an http(s) URL. */
export function followKeySet(source: string, times: KeySetTimes): KeySet {
  let loaded: { readonly find: JWTVerifyGetKey; readonly atMs: number } | undefined;
  let loading: Promise<void> | undefined;
  let triedMs = -Infinity;
  const load = () => {
    triedMs = performance.now();
    loading ??= loadKeys(source, times.timeoutMs)
      .then((find) => void (loaded = { find, atMs: performance.now() }))
      // The keys of before count on; whether they still may is judged at each use.
      .catch(() => undefined)
      .finally(() => (loading = undefined));
    return loading;
  };
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
  };
}

async function loadKeys(source: string, timeoutMs: number): Promise<JWTVerifyGetKey> {
  const text = await (/^https?:/.test(source) ? fetchText(source, timeoutMs) : readFile(source, 'utf8'));
  return createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
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
