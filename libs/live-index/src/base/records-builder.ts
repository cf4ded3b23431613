import { idOrder, idsInOrder } from './id-order.ts';
import { idAt, placeOfId, type Ids } from './ids.ts';
import { none, type Records, type SharedInts } from './index-base.ts';
import { buildLists } from './lists.ts';
import type { GrowingLinks } from './grow.ts';
import type { PeopleBuilder } from './people-builder.ts';
import { sharedInts } from './shared-arrays.ts';

interface BuiltRecords {
  readonly records: Records;
  /** By fund ordinal; `none` where the fund points at nothing. */
  readonly placeOfFund: SharedInts;
  /** Which of the collected rows stands at a place; undefined for a missing record. */
  readonly sourceOf: (place: number) => number | undefined;
}

/**
 * Orders or customers, sorted, with the missing ones that funds point at.
 *
 * @param links what the collected funds point at, if anything
 * @param fundOrder the places of the collected funds by ordinal
 */
export function buildRecords(
  collectedIds: BigInt64Array,
  personIds: BigInt64Array,
  links: ReturnType<GrowingLinks['take']>,
  fundOrder: SharedInts,
  people: PeopleBuilder,
): BuiltRecords {
  const order = idOrder(collectedIds);
  const known = idsInOrder(collectedIds, order);
  const placeOfFund = sharedInts(fundOrder.length);
  const missing = new Set<bigint>();
  fundOrder.forEach((source, fund) => {
    const link = links.ids[source]!;
    const place = links.known[source] === 0 ? none : placeOfId(known, link);
    placeOfFund[fund] = place === -1 ? none : place;
    if (place === -1) missing.add(link);
  });
  const ids = missing.size === 0 ? known : withMissing(known, missing);
  if (missing.size > 0) {
    fundOrder.forEach((source, fund) => {
      if (links.known[source] !== 0) placeOfFund[fund] = placeOfId(ids, links.ids[source]!);
    });
  }

  const sources = new Uint32Array(ids.length).fill(none);
  const persons = sharedInts(ids.length).fill(none);
  order.forEach((source, i) => {
    const place = missing.size === 0 ? i : placeOfId(ids, idAt(known, i));
    sources[place] = source;
    persons[place] = people.ordinalOf(personIds[source]!);
  });
  const funds = buildLists(ids.length, placeOfFund.length, (fund, into) => {
    if (placeOfFund[fund] !== none) into(placeOfFund[fund]!);
  });
  return {
    records: { ids, people: persons, funds },
    placeOfFund,
    sourceOf: (place) => (sources[place] === none ? undefined : sources[place]),
  };
}

function withMissing(known: Ids, missing: ReadonlySet<bigint>): Ids {
  const all = new BigInt64Array(known.length + missing.size);
  for (let place = 0; place < known.length; place += 1) all[place] = idAt(known, place);
  let end = known.length;
  for (const id of missing) all[end++] = id;
  return idsInOrder(all, idOrder(all));
}
