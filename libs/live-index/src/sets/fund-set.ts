import type { FundSortColumn } from '@finance/domain';
import { insertInOrder, keptInOrderMax, removeFromOrder } from '../delta/changed-order.ts';
import type { ChangedFund } from '../delta/changed-fund.ts';
import type { FundEvent } from '../delta/fund-events.ts';
import type { Funds } from '../delta/funds.ts';
import { RankCollector } from './rank-collector.ts';
import { SparseRanks, type RankSet } from './rank-set.ts';

/** Bytes of a set without its members: objects, maps and the like. */
const fixedBytes = 600;
/** Bytes of a changed fund in a set: a place in a map and in an array or two. */
const changedBytes = 60;

/**
 * The funds that some viewer sees, or those of them that pass a filter: ordinals of the base, and changed funds. Kept
 * up with what happens to the funds; ranks in a sort order are made when first asked for, and kept up too.
 */
export class FundSet {
  private readonly funds: Funds;
  readonly accepts: (changed: ChangedFund) => boolean;
  private readonly ordinals: RankSet;
  private readonly ranks = new Map<FundSortColumn, RankSet>();
  private readonly asked = new Set<FundSortColumn>();
  private readonly changed = new Set<ChangedFund>();
  private readonly sortedChanged = new Map<FundSortColumn, ChangedFund[]>();
  private eventsSeen: number;

  /** @param ordinals up to date, as `funds` are */
  constructor(funds: Funds, ordinals: RankSet, accepts: (changed: ChangedFund) => boolean) {
    this.funds = funds;
    this.ordinals = ordinals;
    this.accepts = accepts;
    this.eventsSeen = funds.events.count;
    for (const changed of funds.allChanged()) if (accepts(changed)) this.changed.add(changed);
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

  /** Takes in what has happened since; false, with nothing changed, when that is too much: make the set anew. */
  catchUp(): boolean {
    const { events } = this.funds;
    const missed = events.after(this.eventsSeen);
    if (!missed) return false;
    if (missed.length > keptInOrderMax) this.sortedChanged.clear();
    for (const event of missed) this.takeIn(event);
    this.eventsSeen = events.count;
    return true;
  }

  /** Whether the ranks in a sort order are there, or worth making: a list is slow to search, so at the second call. */
  wantsRanks(column: FundSortColumn): boolean {
    if (this.ranks.has(column) || this.asked.has(column)) return true;
    if (this.ordinals instanceof SparseRanks) this.asked.add(column);
    return false;
  }

  /** The members of the base by rank in a sort order. */
  makeRanks(column: FundSortColumn): RankSet {
    if (column === 'fund_id') return this.ordinals;
    const made = this.ranks.get(column);
    if (made) return made;
    const { rankOf } = this.funds.base.sortOrders[column];
    const members = this.ordinals.members();
    for (let at = 0; at < members.length; at += 1) members[at] = rankOf[members[at]!]!;
    const collector = new RankCollector(rankOf.length, members.length);
    collector.addAll(members, 0, members.length);
    const ranks = collector.finish();
    this.ranks.set(column, ranks);
    return ranks;
  }

  /** The changed funds, ascending in a sort order. */
  changedInOrder(column: FundSortColumn): readonly ChangedFund[] {
    const known = this.sortedChanged.get(column);
    if (known) return known;
    const sorted = this.funds.changedInOrder(column).filter((changed) => this.changed.has(changed));
    this.sortedChanged.set(column, sorted);
    return sorted;
  }

  private takeIn(event: FundEvent): void {
    if (event.kind === 'left-base') {
      if (!this.ordinals.has(event.ordinal)) return;
      this.ordinals.remove(event.ordinal);
      for (const [column, ranks] of this.ranks) {
        if (column !== 'fund_id') ranks.remove(this.funds.base.sortOrders[column].rankOf[event.ordinal]!);
      }
    } else if (event.kind === 'added') {
      if (!this.accepts(event.changed)) return;
      this.changed.add(event.changed);
      for (const [column, sorted] of this.sortedChanged) insertInOrder(sorted, column, event.changed);
    } else if (this.changed.delete(event.changed)) {
      for (const [column, sorted] of this.sortedChanged) removeFromOrder(sorted, column, event.changed);
    }
  }
}
