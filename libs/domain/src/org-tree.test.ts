import { array, assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { closureRows } from './org-closure.ts';
import { buildOrgTree } from './org-tree.ts';

/** People 1..n whose parents are any id up to n + 1, so that cycles, self-parents and orphans come about. */
const anyOrg = array(integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 12 }).map((parents) =>
  parents.map((parent, i) => ({ userId: BigInt(i + 1), parentUserId: parent === 0 ? null : BigInt(parent) })),
);

/** The chain of parents of a person, themselves first; undefined on a cycle. Read straight from parent ids. */
function chainOf(
  org: readonly { userId: bigint; parentUserId: bigint | null }[],
  userId: bigint,
): bigint[] | undefined {
  const chain = [userId];
  for (;;) {
    const parent = org.find((person) => person.userId === chain.at(-1))?.parentUserId;
    if (parent === null || parent === undefined || !org.some((person) => person.userId === parent)) return chain;
    if (chain.includes(parent)) return undefined;
    chain.push(parent);
  }
}

it('an interval holds exactly the people below its owner, and cycles and orphans are named', () => {
  assert(
    property(anyOrg, (org) => {
      const tree = buildOrgTree(org);
      const sound = org.filter(({ userId }) => chainOf(org, userId) !== undefined).map(({ userId }) => userId);
      expect([...tree.intervals.keys()].toSorted(byValue)).toEqual(sound.toSorted(byValue));
      expect(tree.cyclicUserIds).toEqual(org.map(({ userId }) => userId).filter((userId) => !sound.includes(userId)));
      for (const above of sound) {
        const { left, right } = tree.intervals.get(above)!;
        for (const below of sound) {
          const place = tree.intervals.get(below)!;
          expect(place.left >= left && place.left <= right).toBe(chainOf(org, below)!.includes(above));
        }
      }
      expect([...tree.intervals.values()].map(({ left }) => left).toSorted((a, b) => a - b)).toEqual(
        sound.map((_, i) => i),
      );
    }),
  );
});

it('the closure holds each person with all above them, and their distance', () => {
  assert(
    property(anyOrg, (org) => {
      const sound = org.filter(({ userId }) => chainOf(org, userId) !== undefined);
      const expected = sound.flatMap(({ userId }) =>
        chainOf(sound, userId)!.map((above, depth) => ({ userId: above, subordinateId: userId, depth })),
      );
      expect([...closureRows(sound)]).toEqual(expected);
    }),
  );
});

it('a chain of 20,000 people does not exhaust the stack', () => {
  const org = Array.from({ length: 20_000 }, (_, i) => ({
    userId: BigInt(i + 1),
    parentUserId: i === 0 ? null : BigInt(i),
  }));
  expect(buildOrgTree(org).intervals.get(1n)).toEqual({ left: 0, right: 19_999, depth: 0 });
});

const byValue = (a: bigint, b: bigint): number => (a < b ? -1 : 1);
