import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { roles } from '@finance/domain';
import type { ScopeEntry } from './scope-entry.ts';

/** Writes entries so that nobody without the secret can make, change, move or prolong one. */
export interface EntryCodec {
  /** Text for the place `key`, good until then (epoch milliseconds). */
  seal(key: string, entry: ScopeEntry, expiresAtMs: number): string;
  /** The entry, or undefined for anything that was not sealed with this secret for this place, or is over. */
  open(key: string, text: string, nowMs: number): ScopeEntry | undefined;
  /** Text that stands for an org version, and back. */
  sealVersion(key: string, orgVersion: bigint): string;
  openVersion(key: string, text: string): bigint | undefined;
}

/** What is written: numbers of a scope, or none for an unknown viewer. */
interface Written {
  readonly viewer: string;
  readonly version: string;
  readonly expiresAtMs: number;
  readonly role?: string;
  readonly people?: readonly [left: number, right: number] | null;
  readonly subordinates?: number;
}

/** Nothing sealed here is longer: ids and versions have 19 digits at most. */
export const sealedCharsMax = 320;
const macChars = 43;

/** HMAC-SHA256 over the place and the text, under a key derived from `secret` for this purpose alone. */
export function createEntryCodec(secret: Buffer): EntryCodec {
  const macKey = Buffer.from(hkdfSync('sha256', secret, '', 'finance scope cache v1', 32));
  const macOf = (key: string, content: string): string =>
    createHmac('sha256', macKey).update(`${key.length}:${key}`).update(content).digest('base64url');
  const seal = (key: string, content: string): string => macOf(key, content) + content;
  const open = (key: string, text: string): string | undefined => {
    if (text.length <= macChars || text.length > sealedCharsMax) return undefined;
    const content = text.slice(macChars);
    const [given, right] = [Buffer.from(text.slice(0, macChars)), Buffer.from(macOf(key, content))];
    return given.length === right.length && timingSafeEqual(given, right) ? content : undefined;
  };

  return {
    seal: (key, { viewerUserId, orgVersion, scope }, expiresAtMs) => {
      const written: Written = {
        viewer: String(viewerUserId),
        version: String(orgVersion),
        expiresAtMs,
        ...(scope && {
          role: scope.role,
          people: scope.people && [scope.people.left, scope.people.right],
          subordinates: scope.subordinateCount,
        }),
      };
      return seal(key, JSON.stringify(written));
    },
    open: (key, text, nowMs) => {
      const content = open(key, text);
      if (content === undefined) return undefined;
      // Only our own writing gets here.
      const written = JSON.parse(content) as Written;
      if (written.expiresAtMs <= nowMs) return undefined;
      const place = { viewerUserId: BigInt(written.viewer), orgVersion: BigInt(written.version) };
      const role = roles.find((known) => known === written.role);
      if (!role) return { ...place, scope: null };
      const people = written.people ? { left: written.people[0], right: written.people[1] } : null;
      return { ...place, scope: { ...place, role, people, subordinateCount: written.subordinates ?? 0 } };
    },
    sealVersion: (key, orgVersion) => seal(key, String(orgVersion)),
    openVersion: (key, text) => {
      const content = open(key, text);
      return content === undefined ? undefined : BigInt(content);
    },
  };
}
