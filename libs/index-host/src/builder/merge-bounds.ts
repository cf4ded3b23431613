import type { FollowingIndex } from '../replica/following-index.ts';

/** When a base and its delta are merged into a new base. */
export interface MergeBounds {
  /** Funds in the delta: at least so many, so that small companies are not merged all the time, */
  readonly fundsMin: number;
  /** and at least this share of all funds, so that merging costs each change the same, however large the company is. */
  readonly fundsShare: number;
  /** The journal holds no more changes since the last base; it waits for the next one then. */
  readonly journalChangesMax: number;
  /**
   * A transaction of more changes is not followed but loaded, if they are this share of all funds as well: a fund is
   * loaded in a seventh of the time that a change takes from the binlog into a base.
   */
  readonly transactionChangesMax: number;
  readonly transactionFundsShare: number;
}

/** The delta's sizes are looked at when so small a part of what is allowed has changed. */
const looksPerMerge = 20;

/** Tells after each entry whether a merge is due. */
export function createMergeTest(bounds: MergeBounds): (following: FollowingIndex) => boolean {
  const changesPerLook = Math.ceil(bounds.fundsMin / looksPerMerge);
  let nextLook = changesPerLook;
  return ({ appliedChanges, index, position }) => {
    // The journal stands still: even the middle of a transaction is good enough, what follows it is replayed.
    if (appliedChanges >= bounds.journalChangesMax) return true;
    if (position === null || appliedChanges < nextLook) return false;
    nextLook = appliedChanges + changesPerLook;
    const { deltaFunds, funds } = index.stats();
    return (
      deltaFunds >= Math.max(bounds.fundsMin, bounds.fundsShare * funds) ||
      appliedChanges >= bounds.journalChangesMax / 2
    );
  };
}
