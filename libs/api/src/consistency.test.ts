import { randomUUID } from 'node:crypto';
import { createSealer } from '@finance/service-kit';
import { expect, it } from 'vitest';
import { createConsistencyTokens } from './consistency.ts';

const { signal } = new AbortController();
const sealer = createSealer(undefined);
/** Of a source that says this of every position. */
const tokensOf = (reached: boolean | undefined) =>
  createConsistencyTokens(sealer, { dialect: { name: 'mysql' }, hasReached: async () => reached });
const tokens = tokensOf(true);
const atLeast = (value: string) =>
  tokens.parse({ $typeName: 'finance.common.v1.Consistency', requirement: { case: 'atLeastAsFresh', value } });

it.each([0, 1, 15, 200, 1_000])('a position of %d servers with gaps comes back from its token', (servers) => {
  const sets = Array.from(
    { length: servers },
    (_, i) => `${randomUUID()}:1-${1000 + i}:${2000 + i}-${3000 + i}:9000000`,
  );
  const position = `${randomUUID()}/${sets.join(',')}`;
  const token = tokens.seal(position);
  // Another position in between: the last one is remembered.
  tokens.seal('another');
  expect(atLeast(token)).toEqual({ kind: 'at-least', position });
  if (servers > 15) expect(token.length).toBeLessThan(position.length);
});

it('a write whose position nobody knows asks for what is newest', () => {
  expect(atLeast(tokens.seal(''))).toEqual({ kind: 'latest' });
});

it('a token of a lost history is refused at once, one that may yet be reached after a while', async () => {
  const freshness = atLeast(tokens.seal('history/uuid:1'));
  await tokensOf(true).reach(freshness, signal);
  await expect(tokensOf(undefined).reach(freshness, signal)).rejects.toMatchObject({ reason: 'HISTORY_CHANGED' });
  await expect(tokensOf(false).reach(freshness, signal)).rejects.toMatchObject({ reason: 'CONSISTENCY_UNAVAILABLE' });
});
