import type { Lists } from './index-base.ts';
import { sharedInts } from './shared-arrays.ts';

/**
 * For each of `lists` owners, the ascending items that name it: `ownersOf` passes the owners of an item to `into`, the
 * same ones whenever asked, each once.
 */
export function buildLists(
  lists: number,
  items: number,
  ownersOf: (item: number, into: (owner: number) => void) => void,
): Lists {
  const starts = sharedInts(lists + 1);
  for (let item = 0; item < items; item += 1) ownersOf(item, (owner) => void (starts[owner + 1]! += 1));
  for (let owner = 0; owner < lists; owner += 1) starts[owner + 1]! += starts[owner]!;
  const ends = starts.slice(0, lists);
  const entries = sharedInts(starts[lists]!);
  for (let item = 0; item < items; item += 1) ownersOf(item, (owner) => void (entries[ends[owner]!++] = item));
  return { starts, items: entries };
}
