/** The two neighbours between which something changes. */
export interface Boundary {
  readonly largestTaken: number;
  readonly smallestRefused: number;
}

/** Finds where `isTaken` turns from true to false between `low`, which is taken, and `high`, which is not. */
export async function bisect(
  low: number,
  high: number,
  isTaken: (count: number) => Promise<boolean>,
): Promise<Boundary> {
  let [taken, refused] = [low, high];
  while (refused - taken > 1) {
    const middle = Math.floor((taken + refused) / 2);
    if (await isTaken(middle)) taken = middle;
    else refused = middle;
  }
  return { largestTaken: taken, smallestRefused: refused };
}

/** Doubles from `low` until `isTaken` turns false, then bisects; undefined when it is still true at `most`. */
export async function findBoundary(
  low: number,
  most: number,
  isTaken: (count: number) => Promise<boolean>,
): Promise<Boundary | undefined> {
  let taken = 0;
  for (let count = low; count <= most; count *= 2) {
    if (!(await isTaken(count))) return bisect(taken, count, isTaken);
    taken = count;
  }
  return undefined;
}
