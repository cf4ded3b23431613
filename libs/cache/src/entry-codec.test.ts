import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createEntryCodec, sealedCharsMax } from './entry-codec.ts';
import type { ScopeEntry } from './scope-entry.ts';

const codec = createEntryCodec(randomBytes(32));
const int64Max = 2n ** 63n - 1n;
const place = { viewerUserId: int64Max, orgVersion: int64Max };
const entries: readonly ScopeEntry[] = [
  {
    ...place,
    scope: { ...place, role: 'supervisor', people: { left: 123_456_789, right: 999_999_999 }, subordinateCount: 5 },
  },
  { ...place, scope: { ...place, role: 'admin', people: null, subordinateCount: 0 } },
  { ...place, scope: null },
];

describe('sealed entries', () => {
  it('open to what was sealed, at their place, with their secret, in their time', () => {
    for (const entry of entries) {
      const text = codec.seal('k:1', entry, 1_000);
      expect(text.length).toBeLessThanOrEqual(sealedCharsMax);
      expect(codec.open('k:1', text, 999)).toEqual(entry);
      expect(codec.open('k:2', text, 999)).toBeUndefined();
      expect(codec.open('k:1', text, 1_000)).toBeUndefined();
      expect(createEntryCodec(randomBytes(32)).open('k:1', text, 999)).toBeUndefined();
    }
  });

  it('are refused when a single character differs', () => {
    const text = codec.seal('k', entries[0]!, 1_000);
    for (let at = 0; at < text.length; at += 1) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      expect(codec.open('k', changed, 0)).toBeUndefined();
    }
  });

  it('are never found in what somebody else wrote', () => {
    for (let length = 0; length < 400; length += 1) {
      expect(codec.open('k', randomBytes(length).toString('latin1'), 0)).toBeUndefined();
    }
    expect(codec.openVersion('k', codec.seal('k', entries[2]!, 1).slice(0, 50))).toBeUndefined();
  });

  it('carry an org version for one channel', () => {
    expect(codec.openVersion('c', codec.sealVersion('c', 7n))).toBe(7n);
    expect(codec.openVersion('d', codec.sealVersion('c', 7n))).toBeUndefined();
  });
});
