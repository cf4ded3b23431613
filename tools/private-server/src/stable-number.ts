import { createHash } from 'node:crypto';

/** A number that is stable for the text and spread over 0..bound-1. */
export function stableNumber(text: string, bound: number): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % bound;
}
