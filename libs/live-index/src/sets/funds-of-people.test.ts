import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildLists } from '../base/lists.ts';
import { buildPeopleBlocks } from '../base/people-blocks.ts';
import { sharedDoubles } from '../base/shared-arrays.ts';
import { createBaseBuilder } from '../base/base-builder.ts';
import { fundsOfPeople } from './funds-of-people.ts';

const people = 100;
const funds = 3_000;

/** Some people have many funds, most have few; blocks are of four people. */
const ownersOf = (seed: number, fund: number): number[] => {
  const owner = (fund * seed) % people;
  return fund % 3 === 0
    ? [owner]
    : [owner, (owner + 1 + (fund % 7)) % 8].filter((each, i, all) => all.indexOf(each) === i);
};

describe('funds of people', () => {
  it('are those of each of them, whether taken by block or one by one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 97 }),
        fc.oneof(
          fc.uniqueArray(fc.nat(people + 2), { maxLength: 5 }),
          fc
            .tuple(fc.nat(people), fc.nat(people))
            .map(([from, to]) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)),
          fc.uniqueArray(fc.nat(people + 2), { minLength: 40, maxLength: people }),
        ),
        fc.array(fc.nat(funds - 1), { maxLength: 50 }),
        (seed, chosen, gone) => {
          const lists = buildLists(people, funds, (fund, into) => ownersOf(seed, fund).forEach(into));
          const base = {
            ...createBaseBuilder().build(),
            fundIds: sharedDoubles(funds),
            fundsOfPeople: lists,
            fundsOfBlocks: buildPeopleBlocks(lists, funds),
          };
          const without = new Int32Array((funds + 31) >>> 5);
          for (const fund of gone) without[fund >>> 5]! |= 1 << (fund & 31);
          const wanted = Array.from({ length: funds }, (_, fund) => fund).filter(
            (fund) => !gone.includes(fund) && ownersOf(seed, fund).some((person) => chosen.includes(person)),
          );
          expect([...fundsOfPeople(base, chosen, without).members()]).toEqual(wanted);
        },
      ),
    );
  });
});
