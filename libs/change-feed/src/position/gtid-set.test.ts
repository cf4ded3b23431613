import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GtidSet } from './gtid-set.ts';

const uuid = '4e2e3358-e6cc-11f1-b5cb-02fc00000001';
const other = '5e2e3358-e6cc-11f1-b5cb-02fc00000001';

const ofNumbers = (numbers: readonly number[]): GtidSet => {
  const set = new GtidSet();
  for (const number of numbers) set.add(uuid, number);
  return set;
};

describe('a GTID set', () => {
  it('contains exactly what was added, in whatever order', () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(numbers, numbers, (reached, wanted) => {
        const set = ofNumbers(reached);
        expect(set.contains(ofNumbers(wanted))).toBe(wanted.every((number) => reached.includes(number)));
        expect(String(GtidSet.parse(String(set)))).toBe(String(set));
      }),
    );
  });

  it('is written with the fewest intervals', () => {
    expect(String(ofNumbers([5, 1, 2, 7, 3]))).toBe(`${uuid}:1-3:5:7`);
    expect(String(GtidSet.parse(`${uuid.toUpperCase()}:4-9:1-3,\n${other}:7, ${uuid}:10`))).toBe(
      `${uuid}:1-10,${other}:7`,
    );
  });

  it('keeps the sequences of tags apart', () => {
    const set = GtidSet.parse(`${uuid}:1-3:a:1-2:b_1:7`);
    expect(set.contains(GtidSet.parse(`${uuid}:a:2`))).toBe(true);
    expect(set.contains(GtidSet.parse(`${uuid}:a:3`))).toBe(false);
    expect(set.contains(GtidSet.parse(`${uuid}:b_1:7,${uuid}:3`))).toBe(true);
  });

  it('of nothing is contained in everything', () => {
    expect(new GtidSet().contains(GtidSet.parse(''))).toBe(true);
  });

  it.each(['1-3', `${uuid}:3-1`, `${uuid}:0`, `${uuid}:1-2:-`, 'x:1'])('refuses %s', (text) => {
    expect(() => GtidSet.parse(text)).toThrow();
  });
});
