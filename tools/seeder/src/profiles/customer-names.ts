import { randomField } from '../random/random-field.ts';
import { uniformBelow } from '../random/distributions.ts';

const places =
  'Alpine Atlantic Baltic Blue Cedar Delta Eastern First Golden Harbour Lake Nordic North Oak Pacific Red River Silver Summit Western'.split(
    ' ',
  );
const trades =
  'Bakery Bank Chemicals Clinic Foods Freight Garments Hotels Insurance Labs Logistics Machines Media Metals Motors Paper Pharma Power Textiles Timber'.split(
    ' ',
  );
const forms = ['AG', 'AB', 'Co.', 'GmbH', 'Inc.', 'Ltd', 'S.A.', 'S.p.A.'];

/** A name for each customer. */
export function customerNames(seed: number): (customerId: number) => string {
  const place = randomField(seed, 'customers/place');
  const trade = randomField(seed, 'customers/trade');
  const form = randomField(seed, 'customers/form');
  return (id) =>
    `${places[uniformBelow(places.length, place(id))]} ${trades[uniformBelow(trades.length, trade(id))]} ${forms[uniformBelow(forms.length, form(id))]}`;
}
