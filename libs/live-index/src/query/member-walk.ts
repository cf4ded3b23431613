import type { SortOrder } from '../base/index-base.ts';
import type { RankSet } from '../sets/rank-set.ts';

/** Finds members by rank; what a page needs of a {@link RankSet}. */
export interface MemberWalk {
  next(rank: number): number;
  previous(rank: number): number;
}

/**
 * Walks a sort order and asks of each fund whether it is a member: cheaper than making the set's ranks while members
 * are near. Gives up after `stepsMax`, and then answers as if there were no more.
 */
export class OrderWalk implements MemberWalk {
  /** Whether it gave up. */
  exhausted = false;
  private readonly order: SortOrder;
  private readonly members: RankSet;
  private stepsLeft: number;

  constructor(order: SortOrder, members: RankSet, stepsMax: number) {
    this.order = order;
    this.members = members;
    this.stepsLeft = stepsMax;
  }

  next(rank: number): number {
    const { fundAt } = this.order;
    for (let at = rank; at < fundAt.length; at += 1) {
      if (this.members.has(fundAt[at]!)) return at;
      if (this.isExhausted()) break;
    }
    return fundAt.length;
  }

  previous(rank: number): number {
    const { fundAt } = this.order;
    for (let at = rank - 1; at >= 0; at -= 1) {
      if (this.members.has(fundAt[at]!)) return at;
      if (this.isExhausted()) break;
    }
    return -1;
  }

  private isExhausted(): boolean {
    this.stepsLeft -= 1;
    if (this.stepsLeft <= 0) this.exhausted = true;
    return this.exhausted;
  }
}
