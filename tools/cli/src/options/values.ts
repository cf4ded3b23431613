import type { GenEnum } from '@bufbuild/protobuf/codegenv2';
import { amountCentsMax, centsFromDecimal } from '@finance/domain';
import { InvalidArgumentError } from 'commander';
import { valueOf, wordsOf } from '../output/words.ts';

const int64Max = 2n ** 63n - 1n;

/** The most that an int32 of a request can hold. */
export const int32Max = 2 ** 31 - 1;

/** A positive int64. @throws InvalidArgumentError */
export function id(text: string): bigint {
  const value = /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
  if (value < 1n || value > int64Max) throw new InvalidArgumentError('It must be a positive id.');
  return value;
}

/** {@link id} for an argument that may be given several times. */
export function ids(text: string, earlier: readonly bigint[] = []): readonly bigint[] {
  return [...earlier, id(text)];
}

/** A parser of whole numbers from 1 to `max`. */
export function wholeNumber(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,10}$/.test(text) || value < 1 || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
    }
    return value;
  };
}

/** Cents of a decimal such as `1000.50`, exactly. @throws InvalidArgumentError */
export function amountCents(text: string): bigint {
  const cents = /^-?\d{1,16}(\.\d{1,2})?$/.test(text) ? centsFromDecimal(text) : undefined;
  if (cents === undefined || cents > amountCentsMax || cents < -amountCentsMax) {
    throw new InvalidArgumentError(
      'It must be an amount such as 1000.50: digits, at most 13 before and 2 after a point, no separators.',
    );
  }
  return cents;
}

/** A parser of an enum's words. */
export function word<E extends number>(desc: GenEnum<E>): (text: string) => E {
  return (text) => {
    const value = valueOf(desc, text);
    if (value === undefined) throw new InvalidArgumentError(`Allowed choices are ${wordsOf(desc).join(', ')}.`);
    return value;
  };
}

/** A parser of comma lists of an enum's words; a repeated option adds to the list. */
export function words<E extends number>(desc: GenEnum<E>): (text: string, earlier?: readonly E[]) => readonly E[] {
  const parse = word(desc);
  return (text, earlier = []) => [...earlier, ...text.split(',').map((part) => parse(part.trim()))];
}
