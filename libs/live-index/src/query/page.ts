import { comparePositions, positionOf, type Fund, type FundOrder } from '@finance/domain';
import { baseFund } from '../base/base-fund.ts';
import { lowerBound } from '../base/ids.ts';
import type { IndexBase } from '../base/index-base.ts';
import { changedBefore } from '../delta/changed-order.ts';
import type { FundSet } from '../sets/fund-set.ts';
import type { FundPage, FundPageRequest } from '@finance/strategy-contract';
import { basePosition, ordinalAt, ranksBefore } from './base-order.ts';
import { OrderWalk, type MemberWalk } from './member-walk.ts';

/** A place between two members in ascending order: before the base's `rank` and before the changed fund at `changed`. */
interface Cursor {
  readonly rank: number;
  readonly changed: number;
}

type PlaceInSet = Pick<FundPageRequest, 'order' | 'after' | 'skip' | 'pageSize'>;

/**
 * A walk down the order may look at this many funds for each one on the page: sets of more than one in 400 fill it so,
 * in less time than their ranks take to make.
 */
const walkStepsPerFund = 400;

/** The page of a set at a place. */
export function pageOfSet(base: IndexBase, set: FundSet, place: PlaceInSet): Omit<FundPage, 'totalSize'> {
  const { column } = place.order;
  if (column === 'fund_id' || place.skip > 0 || set.wantsRanks(column)) {
    return read(base, set, place, set.makeRanks(column));
  }
  const walk = new OrderWalk(base.sortOrders[column], set.baseOrdinals, place.pageSize * walkStepsPerFund);
  const page = read(base, set, place, walk);
  return walk.exhausted ? read(base, set, place, set.makeRanks(column)) : page;
}

function read(base: IndexBase, set: FundSet, place: PlaceInSet, members: MemberWalk): Omit<FundPage, 'totalSize'> {
  const { order, pageSize } = place;
  const changed = set.changedInOrder(order.column);
  const start = startOf(base, set, place);
  const funds: Fund[] = [];
  const forward = !order.descending;
  let at = start.changed;
  let rank = forward ? members.next(start.rank) : members.previous(start.rank);
  for (;;) {
    const inBase = forward ? rank < base.fundIds.length : rank >= 0;
    const candidate = changed[forward ? at : at - 1];
    if (!inBase && !candidate) return { funds, hasMore: false };
    if (funds.length === pageSize) return { funds, hasMore: true };
    const ordinal = inBase ? ordinalAt(base, order.column, rank) : -1;
    if (candidate && (!inBase || isBefore(candidate.fund, base, ordinal, order))) {
      funds.push(candidate.fund);
      at += forward ? 1 : -1;
    } else {
      funds.push(baseFund(base, ordinal));
      rank = forward ? members.next(rank + 1) : members.previous(rank);
    }
  }
}

const isBefore = (fund: Fund, base: IndexBase, ordinal: number, order: FundOrder): boolean =>
  comparePositions(positionOf(fund, order), basePosition(base, order.column, ordinal), order) < 0;

function startOf(base: IndexBase, set: FundSet, { order, after, skip }: PlaceInSet): Cursor {
  const { column, descending } = order;
  const changed = set.changedInOrder(column);
  let start: Cursor = descending ? { rank: base.fundIds.length, changed: changed.length } : { rank: 0, changed: 0 };
  if (after) {
    // Ascending, the first place after the position lies before its next possible id.
    const bound = descending ? after : { value: after.value, fundId: after.fundId + 1n };
    const found = column === 'fund_id' ? { ...bound, value: bound.fundId } : bound;
    start = { rank: ranksBefore(base, column, found), changed: changedBefore(changed, column, found) };
  }
  if (skip === 0) return start;
  const ranks = set.makeRanks(column);
  const membersBefore = ranks.countBefore(start.rank) + start.changed;
  const wanted = descending ? Math.max(0, membersBefore - skip) : Math.min(set.count, membersBefore + skip);
  // Among the first `wanted` members are those changed funds that have fewer members before them.
  const changedWanted = lowerBound(changed.length, (place) => {
    const position = positionOf(changed[place]!.fund, order);
    return place + ranks.countBefore(ranksBefore(base, column, position)) < wanted;
  });
  return { rank: ranks.select(wanted - changedWanted), changed: changedWanted };
}
