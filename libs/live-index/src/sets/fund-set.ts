import { comparePositions, positionOf, type FundPosition, type FundSortColumn } from '@finance/domain';
import { lowerBound } from '../base/ids.ts';
import type { IndexBase } from '../base/index-base.ts';
import type { ChangedFund, FundEvent } from '../delta/changed-fund.ts';
import { RankCollector } from './rank-collector.ts';
import type { RankSet } from './rank-set.ts';

/** Bytes of a set without its members: objects, maps and the like. */
const fixedBytes = 600;
/** Bytes of a changed fund in a set: a place in a map and in an array or two. */
const changedBytes = 60;

/**
 * The funds that some viewer sees, or those of them that pass a filter: ordinals of the base, and changed funds. Kept
 * up with what happens to the funds; ranks in a sort order are made when first asked for, and kept up too.
 */
export class FundSet {
  private readonly base: IndexBase;
  readonly accepts: (changed: ChangedFund) => boolean;
  private readonly ordinals: RankSet;
  private readonly ranks = new Map<FundSortColumn, RankSet>();
  private readonly changed = new Set<ChangedFund>();
  private readonly sortedChanged = new Map<FundSortColumn, ChangedFund[]>();
  private eventsSeen: number;

  constructor(
    base: IndexBase,
    ordinals: RankSet,
    changed: Iterable<ChangedFund>,
    accepts: (changed: ChangedFund) => boolean,
    eventsSeen: number,
  ) {
    this.base = base;
    this.ordinals = ordinals;
    this.accepts = accepts;
    this.eventsSeen = eventsSeen;
    for (const each of changed) if (accepts(each)) this.changed.add(each);
  }

  get count(): number {
    return this.ordinals.count + this.changed.size;
  }

  get bytes(): number {
    let bytes = fixedBytes + this.ordinals.bytes + this.changed.size * changedBytes;
    for (const ranks of this.ranks.values()) bytes += ranks.bytes;
    return bytes;
  }

  get baseOrdinals(): RankSet {
    return this.ordinals;
  }

  get changedFunds(): Iterable<ChangedFund> {
    return this.changed;
  }

  /** How many events the set has not taken in yet. */
  behind(events: readonly FundEvent[]): number {
    return events.length - this.eventsSeen;
  }

  catchUp(events: readonly FundEvent[]): void {
    for (; this.eventsSeen < events.length; this.eventsSeen += 1) this.takeIn(events[this.eventsSeen]!);
  }

  /** The members of the base by rank in a sort order; undefined while nobody has asked for them to be made. */
  madeRanks(column: FundSortColumn): RankSet | undefined {
    return column === 'fund_id' ? this.ordinals : this.ranks.get(column);
  }

  makeRanks(column: FundSortColumn): RankSet {
    const made = this.madeRanks(column);
    if (made || column === 'fund_id') return made ?? this.ordinals;
    const { rankOf } = this.base.sortOrders[column];
    const collector = new RankCollector(rankOf.length, this.ordinals.count);
    this.ordinals.forEach((ordinal) => collector.add(rankOf[ordinal]!));
    const ranks = collector.finish();
    this.ranks.set(column, ranks);
    return ranks;
  }

  /** The changed funds, ascending in a sort order. */
  changedInOrder(column: FundSortColumn): readonly ChangedFund[] {
    const known = this.sortedChanged.get(column);
    if (known) return known;
    const order = { column, descending: false };
    const sorted = Array.from(this.changed, (changed) => ({ changed, at: positionOf(changed.fund, order) }))
      .sort((a, b) => comparePositions(a.at, b.at, order))
      .map(({ changed }) => changed);
    this.sortedChanged.set(column, sorted);
    return sorted;
  }

  private takeIn(event: FundEvent): void {
    if (event.kind === 'left-base') {
      if (!this.ordinals.has(event.ordinal)) return;
      this.ordinals.remove(event.ordinal);
      for (const [column, ranks] of this.ranks) {
        if (column !== 'fund_id') ranks.remove(this.base.sortOrders[column].rankOf[event.ordinal]!);
      }
    } else if (event.kind === 'added') {
      if (!this.accepts(event.changed)) return;
      this.changed.add(event.changed);
      for (const [column, sorted] of this.sortedChanged)
        sorted.splice(placeIn(sorted, column, event.changed), 0, event.changed);
    } else if (this.changed.delete(event.changed)) {
      for (const [column, sorted] of this.sortedChanged) sorted.splice(placeIn(sorted, column, event.changed), 1);
    }
  }
}

function placeIn(sorted: readonly ChangedFund[], column: FundSortColumn, { fund }: ChangedFund): number {
  return changedBefore(sorted, column, positionOf(fund, { column, descending: false }));
}

/** How many of the ascending changed funds come before a position. */
export function changedBefore(sorted: readonly ChangedFund[], column: FundSortColumn, position: FundPosition): number {
  const order = { column, descending: false };
  return lowerBound(
    sorted.length,
    (place) => comparePositions(positionOf(sorted[place]!.fund, order), position, order) < 0,
  );
}
