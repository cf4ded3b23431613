import { bases, type Fund, type FundSortColumn } from '@finance/domain';
import { baseFund } from '../base/base-fund.ts';
import { idAt, placeOfId } from '../base/ids.ts';
import { none, type IndexBase } from '../base/index-base.ts';
import type { People } from '../org/people.ts';
import type { ChangedFund } from './changed-fund.ts';
import { inOrder, insertInOrder, keptInOrderMax, removeFromOrder } from './changed-order.ts';
import type { FundEvents } from './fund-events.ts';
import { RecordPeople } from './record-people.ts';

/**
 * All funds: those of the base that have not changed since, and the changed ones. Whatever alters a fund or whom it
 * touches makes it a changed one, so that the base stays true for those that remain in it.
 */
export class Funds {
  readonly base: IndexBase;
  readonly orders: RecordPeople;
  readonly customers: RecordPeople;
  readonly events: FundEvents;
  private readonly people: People;
  private readonly changed = new Map<bigint, ChangedFund>();
  private readonly sortedChanged = new Map<FundSortColumn, ChangedFund[]>();
  /** Changes since somebody asked for an order. */
  private unasked = 0;
  private readonly changedByOrder = new Groups();
  private readonly changedByCustomer = new Groups();
  /** One bit an ordinal: no longer in the base. */
  private readonly left: Int32Array;
  private leftCount = 0;

  constructor(base: IndexBase, people: People, events: FundEvents) {
    this.base = base;
    this.events = events;
    this.people = people;
    this.orders = new RecordPeople(base.orders);
    this.customers = new RecordPeople(base.customers);
    this.left = new Int32Array((base.fundIds.length + 31) >>> 5);
  }

  get count(): number {
    return this.base.fundIds.length - this.leftCount + this.changed.size;
  }

  get changedCount(): number {
    return this.changed.size;
  }

  allChanged(): Iterable<ChangedFund> {
    return this.changed.values();
  }

  /** Ascending in a sort order; kept in order once asked for. */
  changedInOrder(column: FundSortColumn): readonly ChangedFund[] {
    this.unasked = 0;
    const known = this.sortedChanged.get(column);
    if (known) return known;
    const sorted = inOrder(this.changed.values(), column);
    this.sortedChanged.set(column, sorted);
    return sorted;
  }

  /** Bits of the base's ordinals that are out of date. */
  get leftBits(): Int32Array {
    return this.left;
  }

  hasLeft(ordinal: number): boolean {
    return (this.left[ordinal >>> 5]! & (1 << (ordinal & 31))) !== 0;
  }

  /** A fund and whom it touches; undefined when there is none. */
  find(fundId: bigint): ChangedFund | undefined {
    const changed = this.changed.get(fundId);
    if (changed) return changed;
    const ordinal = placeOfId(this.base.fundIds, fundId);
    return ordinal === -1 || this.hasLeft(ordinal) ? undefined : this.withTouched(baseFund(this.base, ordinal));
  }

  setFund(fundId: bigint, fund: Fund | null): void {
    const before = this.changed.get(fundId);
    if (before) this.removeChanged(before);
    else {
      const ordinal = placeOfId(this.base.fundIds, fundId);
      if (ordinal !== -1 && !this.hasLeft(ordinal)) this.leaveBase(ordinal);
    }
    if (fund) this.addChanged(this.withTouched(fund));
  }

  setOrder(orderId: bigint, owner: number): void {
    if (this.orders.set(orderId, owner))
      this.touchAnew(this.orders.baseFunds(orderId), this.changedByOrder.of(orderId));
  }

  setCustomer(customerId: bigint, admin: number): void {
    if (!this.customers.set(customerId, admin)) return;
    this.touchAnew(this.customers.baseFunds(customerId), this.changedByCustomer.of(customerId));
  }

  /** Every fund there is, in no order. */
  *all(): Iterable<Fund> {
    for (let ordinal = 0; ordinal < this.base.fundIds.length; ordinal += 1) {
      if (!this.hasLeft(ordinal)) yield baseFund(this.base, ordinal);
    }
    for (const { fund } of this.changed.values()) yield fund;
  }

  private touchAnew(ordinals: Uint32Array, changed: readonly ChangedFund[]): void {
    for (const ordinal of ordinals) {
      if (!this.hasLeft(ordinal)) this.setFund(idAt(this.base.fundIds, ordinal), baseFund(this.base, ordinal));
    }
    for (const { fund } of changed) this.setFund(fund.fundId, fund);
  }

  /** A fund with whom it touches as things are now. */
  withTouched(fund: Fund): ChangedFund {
    const touched = bases.map((basis) => {
      switch (basis.record) {
        case 'fund':
          return this.people.ordinalOf(fund[basis.personField]);
        case 'order':
          return this.personOfRecord(this.orders, fund[basis.linkField]);
        case 'customer':
          return this.personOfRecord(this.customers, fund[basis.linkField]);
      }
    });
    return { fund, touched };
  }

  private personOfRecord(records: RecordPeople, id: bigint | null): number {
    return id === null ? none : records.personOf(id);
  }

  private leaveBase(ordinal: number): void {
    this.left[ordinal >>> 5]! |= 1 << (ordinal & 31);
    this.leftCount += 1;
    this.events.push({ kind: 'left-base', ordinal });
  }

  private addChanged(changed: ChangedFund): void {
    const { fund } = changed;
    this.changed.set(fund.fundId, changed);
    this.changedByOrder.add(fund.orderId, changed);
    this.changedByCustomer.add(fund.customerId, changed);
    for (const [column, sorted] of this.ordersToKeep()) insertInOrder(sorted, column, changed);
    this.events.push({ kind: 'added', changed });
  }

  private removeChanged(changed: ChangedFund): void {
    const { fund } = changed;
    this.changed.delete(fund.fundId);
    this.changedByOrder.remove(fund.orderId, changed);
    this.changedByCustomer.remove(fund.customerId, changed);
    for (const [column, sorted] of this.ordersToKeep()) removeFromOrder(sorted, column, changed);
    this.events.push({ kind: 'removed', changed });
  }

  private ordersToKeep(): ReadonlyMap<FundSortColumn, ChangedFund[]> {
    this.unasked += 1;
    if (this.unasked > keptInOrderMax) this.sortedChanged.clear();
    return this.sortedChanged;
  }
}

/** Changed funds by what they point at. */
class Groups {
  private readonly groups = new Map<bigint, Set<ChangedFund>>();

  of(id: bigint): readonly ChangedFund[] {
    return [...(this.groups.get(id) ?? [])];
  }

  add(id: bigint | null, changed: ChangedFund): void {
    if (id === null) return;
    const group = this.groups.get(id);
    if (group) group.add(changed);
    else this.groups.set(id, new Set([changed]));
  }

  remove(id: bigint | null, changed: ChangedFund): void {
    const group = id === null ? undefined : this.groups.get(id);
    if (!group) return;
    group.delete(changed);
    if (group.size === 0) this.groups.delete(id!);
  }
}
