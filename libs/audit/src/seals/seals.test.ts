import { expect, it } from 'vitest';
import { createSeals } from './seals.ts';

const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

it('a seal holds for its text, its kind and its key only; older keys are accepted', () => {
  const seals = createSeals([one]);
  const seal = seals.seal('note', 'text');
  expect(seal).toMatch(/^[0-9a-f]{32}$/);
  expect(seals.isSealed('note', 'text', seal)).toBe(true);
  expect(seals.isSealed('note', 'texts', seal)).toBe(false);
  expect(seals.isSealed('entry', 'text', seal)).toBe(false);
  for (const wrong of ['', seal.slice(1), `${seal}0`, 'ü'.repeat(32)])
    expect(seals.isSealed('note', 'text', wrong)).toBe(false);
  expect(createSeals([two]).isSealed('note', 'text', seal)).toBe(false);
  expect(createSeals([two, one]).isSealed('note', 'text', seal)).toBe(true);
  expect(createSeals([two, one]).seal('note', 'text')).toBe(createSeals([two]).seal('note', 'text'));
});
