import { idAt, placeOfId } from '../base/ids.ts';
import { none, type Records } from '../base/index-base.ts';

/** Whom orders or customers touch: the base's records, and over them those that changed. */
export class RecordPeople {
  readonly base: Records;
  private readonly changed = new Map<bigint, number>();

  constructor(base: Records) {
    this.base = base;
  }

  /** A person ordinal; `none` for a missing record. */
  personOf(id: bigint): number {
    const changed = this.changed.get(id);
    if (changed !== undefined) return changed;
    const place = placeOfId(this.base.ids, id);
    return place === -1 ? none : this.base.people[place]!;
  }

  /** Whether it made a difference. */
  set(id: bigint, person: number): boolean {
    if (this.personOf(id) === person) return false;
    this.changed.set(id, person);
    return true;
  }

  /** Base ordinals of the funds that point at a record. */
  baseFunds(id: bigint): Uint32Array {
    const place = placeOfId(this.base.ids, id);
    const { starts, items } = this.base.funds;
    return place === -1 ? items.subarray(0, 0) : items.subarray(starts[place], starts[place + 1]);
  }

  /** All records there are, as `id, person`. */
  *entries(): Iterable<[bigint, number]> {
    for (let place = 0; place < this.base.ids.length; place += 1) {
      const id = idAt(this.base.ids, place);
      if (!this.changed.has(id) && this.base.people[place] !== none) yield [id, this.base.people[place]!];
    }
    for (const entry of this.changed) if (entry[1] !== none) yield entry;
  }
}
