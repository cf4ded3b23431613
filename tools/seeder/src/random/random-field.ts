import { createHash } from 'node:crypto';

/** A uniform number in [0, 1) with 32 random bits for each row; the same row always gives the same number. */
export type RandomField = (row: number) => number;

/**
 * The random numbers of one field. They depend on seed, field name and row alone, not on what was drawn before, so
 * any row can be made without the rows before it. Two keyed rounds of the "lowbias32" integer hash.
 */
export function randomField(seed: number, name: string): RandomField {
  const key = createHash('sha256').update(`${seed}/${name}`).digest();
  const keyBefore = key.readInt32LE(0);
  const keyBetween = key.readInt32LE(4);
  return (row) => (lowbias32(lowbias32(row ^ keyBefore) + keyBetween) >>> 0) * 2 ** -32;
}

function lowbias32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97);
  return x ^ (x >>> 15);
}
