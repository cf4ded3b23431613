import { randomField } from '../random/random-field.ts';
import { uniformBelow } from '../random/distributions.ts';

// Some need more than one byte a letter, so that string order by bytes is put to use.
const firstNames =
  'Ada Aisha Alejandro Amélie Ana Anders Anh Beatriz Björn Carlos Chen Chiara Daniel Diego Élise Emma Fatima Felix Grace Hana Hugo Ines Ivan Jakub Jana Jonas José Julia Kofi Lars Leila Linh Łucja Luís Maria Marta Mateo Mei Mia Mohamed Nadia Nils Noor Olga Omar Paul Priya Rafael Rosa Sam Sara Søren Tariq Thomas Uma Victor Wei Yuki Zoë Zofia'.split(
    ' ',
  );
const lastNames =
  'Abe Adler Alvarez Andersson Baker Bauer Bianchi Brown Costa Dąbrowski Diaz Dubois Evans Fischer Fontaine Garcia Gupta Haddad Hansen Hoffmann Ito Ivanova Jansen Johnson Kaya Khan Kim Kowalska Laurent Lee Lopez Martin Mbeki Meyer Moreau Müller Nakamura Nguyen Novak Nowak Okafor Olsen Park Patel Pereira Petrov Rossi Ruiz Santos Schmidt Sato Silva Singh Smith Sørensen Tan Tran Weber Wójcik Yılmaz Zhang'.split(
    ' ',
  );

/** A name for each person; names repeat, as names do. */
export function personNames(seed: number): (userId: number) => string {
  const first = randomField(seed, 'users/first name');
  const last = randomField(seed, 'users/last name');
  return (userId) =>
    `${firstNames[uniformBelow(firstNames.length, first(userId))]} ${lastNames[uniformBelow(lastNames.length, last(userId))]}`;
}
