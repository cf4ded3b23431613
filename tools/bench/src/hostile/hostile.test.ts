import { expect, test } from 'vitest';
import { attacks } from './attacks.ts';
import { runAttacks } from './hostile.ts';

test('under every attack a good client is served without an error', async () => {
  const results = await runAttacks({ seconds: 1, slowConnections: 60 }, () => undefined);
  expect(results.map(({ attack, during }) => [attack, during.errors])).toEqual(
    Object.keys(attacks).map((attack) => [attack, 0]),
  );
});
