import type { OrgIndex } from '../org/org-index.ts';
import type { Cell } from './tables.ts';

/** The complete closure of an org in primary key order (person, subordinate), from any row on. */
export interface ClosureByUser {
  readonly rowCount: number;
  /** Rows `from` to `to`, the latter excluded: person, subordinate, depth. */
  rows(from: number, to: number): Generator<Cell[]>;
}

/** Made from the intervals, so it needs no memory but for one person's subordinates. */
export function closureByUser(org: OrgIndex): ClosureByUser {
  const ranksById = Array.from({ length: org.count }, (_, rank) => rank).sort(
    (a, b) => org.userIdByRank[a]! - org.userIdByRank[b]!,
  );
  const firstRow = new Float64Array(org.count + 1);
  ranksById.forEach((rank, place) => (firstRow[place + 1] = firstRow[place]! + org.rightByRank[rank]! - rank + 1));
  const placeOfRank = new Int32Array(org.count);
  ranksById.forEach((rank, place) => (placeOfRank[rank] = place));
  const rowCount = firstRow[org.count]!;

  return {
    rowCount,
    *rows(from, to) {
      let place = Math.max(0, upperBound(firstRow, from) - 1);
      for (let row = from; row < to; place += 1) {
        const rank = ranksById[place]!;
        const userId = org.userIdByRank[rank]!;
        // Places are ids in order, so sorting them numerically orders the subordinates by id.
        const below = placeOfRank.slice(rank, org.rightByRank[rank]! + 1).sort();
        for (let index = row - firstRow[place]!; index < below.length && row < to; index += 1, row += 1) {
          const subordinate = ranksById[below[index]!]!;
          yield [userId, org.userIdByRank[subordinate]!, org.depthByRank[subordinate]! - org.depthByRank[rank]!];
        }
      }
    },
  };
}

/** The first index whose value is above `value` in an ascending array. */
function upperBound(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
