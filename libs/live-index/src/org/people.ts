import { lowerBound } from '../base/ids.ts';
import type { PeopleColumns } from '../base/index-base.ts';

/** Ordinals of people: those of the base, and new ones for ids it did not know. */
export class People {
  private readonly base: PeopleColumns;
  private readonly added = new Map<bigint, number>();
  private readonly addedIds: bigint[] = [];

  constructor(base: PeopleColumns) {
    this.base = base;
  }

  get count(): number {
    return this.base.ids.length + this.addedIds.length;
  }

  idOf(person: number): bigint {
    const { ids } = this.base;
    return person < ids.length ? ids[person]! : this.addedIds[person - ids.length]!;
  }

  /** The ordinal of an id; undefined for one that nothing has pointed at yet. */
  find(personId: bigint): number | undefined {
    const { ids, byId } = this.base;
    const place = lowerBound(byId.length, (at) => ids[byId[at]!]! < personId);
    const person = byId[place];
    return person !== undefined && ids[person] === personId ? person : this.added.get(personId);
  }

  /** The ordinal of an id, a new one if need be. */
  ordinalOf(personId: bigint): number {
    const known = this.find(personId);
    if (known !== undefined) return known;
    const person = this.count;
    this.added.set(personId, person);
    this.addedIds.push(personId);
    return person;
  }
}
