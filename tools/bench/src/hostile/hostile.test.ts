import { expect, test } from 'vitest';
import { attacks } from './attacks.ts';
import { runAttacks } from './hostile.ts';

test(
  'under every attack a good client is served without an error, and the attacker is answered as it should be',
  { timeout: 300_000 },
  async () => {
    const results = await runAttacks({ seconds: 1, slowConnections: 60 }, () => undefined);
    expect(results.map(({ attack, during, unexpected }) => [attack, during.errors, unexpected])).toEqual(
      Object.keys(attacks).map((attack) => [attack, 0, []]),
    );
    const answered = results.filter(({ answers }) => Object.keys(answers).length > 0).map(({ attack }) => attack);
    expect(answered).toEqual(expect.arrayContaining(['bombs below the limit', 'bombs for health', 'health watches']));
  },
);
