import type { IndexBase } from '../base/index-base.ts';
import { RankCollector } from './rank-collector.ts';
import type { RankSet } from './rank-set.ts';

/**
 * The base's funds of some people, each given once, without those of a bitmap: block by block where a block's people are
 * all there and their funds are more than its words, else person by person.
 */
export function fundsOfPeople(base: IndexBase, people: readonly number[], without: Int32Array): RankSet {
  const { starts, items } = base.fundsOfPeople;
  const { peoplePerBlock, wordsPerBlock, words } = base.fundsOfBlocks;
  const knownPeople = starts.length - 1;
  const blockOf = (person: number): number => Math.floor(person / peoplePerBlock);
  const startOf = (block: number): number => Math.min(knownPeople, block * peoplePerBlock);

  const present = new Uint32Array(blockOf(knownPeople) + 1);
  let expected = 0;
  for (const person of people) {
    if (person >= knownPeople) continue;
    present[blockOf(person)]! += 1;
    expected += starts[person + 1]! - starts[person]!;
  }
  const isWhole = Uint8Array.from(present, (count, block) => {
    const [first, end] = [startOf(block), startOf(block + 1)];
    return count === end - first && starts[end]! - starts[first]! > wordsPerBlock ? 1 : 0;
  });

  const collector = new RankCollector(base.fundIds.length, expected);
  isWhole.forEach((whole, block) => {
    if (whole) collector.addBits(words.subarray(block * wordsPerBlock, (block + 1) * wordsPerBlock));
  });
  for (const person of people) {
    if (person < knownPeople && !isWhole[blockOf(person)]) {
      collector.addAll(items, starts[person]!, starts[person + 1]!);
    }
  }
  return collector.finish(without);
}
