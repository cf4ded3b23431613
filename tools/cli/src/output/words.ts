import type { DescEnum } from '@bufbuild/protobuf';
import type { GenEnum } from '@bufbuild/protobuf/codegenv2';

/** An enum value as people write it, such as `closure-join`; a number this release does not know stays a number. */
export function wordOf(desc: DescEnum, value: number): string {
  const known = desc.value[value];
  return known === undefined ? String(value) : dashed(known.localName);
}

/** The words of an enum, without that of its unset value. */
export function wordsOf(desc: DescEnum): string[] {
  return desc.values.filter(({ number }) => number !== 0).map(({ localName }) => dashed(localName));
}

/** The value of a word; undefined for an unknown one. */
export function valueOf<E extends number>(desc: GenEnum<E>, word: string): E | undefined {
  const found = desc.values.find(({ number, localName }) => number !== 0 && dashed(localName) === word);
  return found?.number as E | undefined;
}

function dashed(localName: string): string {
  return localName.toLowerCase().replaceAll('_', '-');
}

/** An id, or nothing for the 0 that stands for none. */
export const idText = (id: bigint): string => (id === 0n ? '' : String(id));

/** A count with separators between thousands. */
export const countText = (count: bigint | number): string => count.toLocaleString('en');
