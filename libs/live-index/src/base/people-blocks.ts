import type { Lists, PeopleBlocks } from './index-base.ts';

/**
 * Blocks of all people: as many bits for each fund. With more of them less is left at the edges of a subtree, with fewer
 * a wide one takes fewer steps.
 */
const blocksMax = 32;

/** Bits for the funds of each block of people who follow each other. */
export function buildPeopleBlocks(fundsOfPeople: Lists, funds: number): PeopleBlocks {
  const { starts, items } = fundsOfPeople;
  const people = starts.length - 1;
  const peoplePerBlock = Math.max(1, Math.ceil(people / blocksMax));
  const wordsPerBlock = (funds + 31) >>> 5;
  const words = new Int32Array(
    new SharedArrayBuffer(Math.ceil(people / peoplePerBlock) * wordsPerBlock * Int32Array.BYTES_PER_ELEMENT),
  );
  for (let first = 0, place = 0; first < people; first += peoplePerBlock, place += wordsPerBlock) {
    const end = starts[Math.min(people, first + peoplePerBlock)]!;
    for (let at = starts[first]!; at < end; at += 1) words[place + (items[at]! >>> 5)]! |= 1 << (items[at]! & 31);
  }
  return { peoplePerBlock, wordsPerBlock, words };
}
