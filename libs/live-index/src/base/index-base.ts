import type { FundSortColumn } from '@finance/domain';
import type { RowChange } from '../row-change.ts';
import type { Ids } from './ids.ts';

/** Stands where there is no person or no record. */
export const none = 0xffff_ffff;

export type SharedBytes = Uint8Array<SharedArrayBuffer>;
export type SharedShorts = Uint16Array<SharedArrayBuffer>;
export type SharedInts = Uint32Array<SharedArrayBuffer>;
export type SharedDoubles = Float64Array<SharedArrayBuffer>;

/** `items` of list i are those from `starts[i]` to before `starts[i + 1]`, ascending. */
export interface Lists {
  readonly starts: SharedInts;
  readonly items: SharedInts;
}

/** Orders or customers by id, also missing ones that funds point at; with the person each one touches. */
export interface Records {
  readonly ids: Ids;
  /** Person ordinals; `none` for a missing record. */
  readonly people: SharedInts;
  /** Fund ordinals by record. */
  readonly funds: Lists;
}

/** Strings as UTF-8, one after the other; string i is from `starts[i]` to before `starts[i + 1]`. */
export interface Texts {
  readonly bytes: SharedBytes;
  readonly starts: SharedInts;
}

/**
 * Users in the order of the tree, so that what a subtree may see lies together; then ids that people and records point
 * at but that no user has.
 */
export interface PeopleColumns {
  /** By ordinal. */
  readonly ids: BigInt64Array<SharedArrayBuffer>;
  /** Ordinals by id. */
  readonly byId: SharedInts;
  /** One more than the place in `roles`; 0 for ids that no user has. */
  readonly roles: SharedBytes;
  /** Ordinals; `none` at a root. */
  readonly parents: SharedInts;
  readonly reports: Lists;
  readonly names: Texts;
  /** Places in `departmentNames`. */
  readonly departments: SharedInts;
  readonly departmentNames: readonly string[];
  /** Ordinals. */
  readonly admins: SharedInts;
}

/** The funds of people who follow each other in the order of the tree, as bits by fund ordinal. */
export interface PeopleBlocks {
  /** The last block may have fewer. */
  readonly peoplePerBlock: number;
  readonly wordsPerBlock: number;
  /** Of all blocks, one after the other. */
  readonly words: Int32Array<SharedArrayBuffer>;
}

/** The funds in a sort order; ties by fund id. */
export interface SortOrder {
  /** Fund ordinals by rank. */
  readonly fundAt: SharedInts;
  /** Ranks by fund ordinal. */
  readonly rankOf: SharedInts;
}

/**
 * A company at one position: immutable, and in shared memory, so that threads it is posted to read the same bytes.
 * Funds have ordinals in the order of their ids.
 */
export interface IndexBase {
  readonly people: PeopleColumns;
  readonly fundIds: Ids;
  readonly amountCents: SharedDoubles;
  readonly createdAtMicros: SharedDoubles;
  readonly updatedAtMicros: SharedDoubles;
  /** Places in `fundStatuses`. */
  readonly statuses: SharedBytes;
  /** Places in `currencyCodes`. */
  readonly currencies: SharedShorts;
  readonly currencyCodes: readonly string[];
  /** Person ordinals. */
  readonly handlers: SharedInts;
  /** Places in `orders`; `none` for no order. */
  readonly fundOrders: SharedInts;
  /** Places in `customers`; `none` for no customer. */
  readonly fundCustomers: SharedInts;
  readonly orders: Records;
  readonly customers: Records;
  readonly customerNames: Texts;
  /** Fund ordinals by person, whatever the basis. */
  readonly fundsOfPeople: Lists;
  /** The same for many people at once. */
  readonly fundsOfBlocks: PeopleBlocks;
  /** Rows that are there and cannot be read; few. */
  readonly unreadable: readonly RowChange[];
  /** All but `fund_id`, whose ranks are the ordinals. */
  readonly sortOrders: Readonly<Record<Exclude<FundSortColumn, 'fund_id'>, SortOrder>>;
}

/** Bytes of all shared arrays. */
export function bytesOfBase(base: IndexBase): number {
  const sum = (value: unknown): number => {
    if (ArrayBuffer.isView(value)) return value.byteLength;
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return 0;
    return Object.values(value).reduce<number>((total, each) => total + sum(each), 0);
  };
  return sum(base);
}
