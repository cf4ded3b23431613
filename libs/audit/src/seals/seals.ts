import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** What a seal is of, so that one of a note never passes for one of an entry. */
export type SealedKind = 'entry' | 'note';

/** Proves that a service wrote a row, to whoever has the key: the database has not. */
export interface Seals {
  /** Tells keys apart and says nothing about them: 16 hex digits. */
  readonly keyId: string;
  /** Of all keys, the first included. */
  readonly knownKeyIds: readonly string[];
  /** 32 hex digits: HMAC-SHA256 by the first key, half of it. */
  seal(kind: SealedKind, text: string): string;
  /** Whether one of the keys made the seal. */
  isSealed(kind: SealedKind, text: string, seal: string): boolean;
}

const sealHexDigits = 32;

/** @param keys the first one seals; the others, of before a rotation, are accepted */
export function createSeals(keys: readonly Uint8Array[]): Seals {
  const [first] = keys;
  if (first === undefined) throw new Error('seals need a key');
  const sealBy = (key: Uint8Array, kind: SealedKind, text: string): string =>
    createHmac('sha256', key).update(`finance audit ${kind} ${text}`).digest('hex').slice(0, sealHexDigits);
  const idOf = (key: Uint8Array): string =>
    hash('sha256', Buffer.concat([Buffer.from('finance audit seal key '), key])).slice(0, 16);
  return {
    keyId: idOf(first),
    knownKeyIds: keys.map(idOf),
    seal: (kind, text) => sealBy(first, kind, text),
    isSealed: (kind, text, seal) =>
      /^[0-9a-f]{32}$/.test(seal) &&
      keys.some((key) => timingSafeEqual(Buffer.from(sealBy(key, kind, text)), Buffer.from(seal))),
  };
}
