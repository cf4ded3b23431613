import type { SharedBytes, SharedDoubles, SharedInts, SharedShorts } from './index-base.ts';

export const sharedBytes = (length: number): SharedBytes => new Uint8Array(new SharedArrayBuffer(length));
export const sharedShorts = (length: number): SharedShorts => new Uint16Array(new SharedArrayBuffer(length * 2));
export const sharedInts = (length: number): SharedInts => new Uint32Array(new SharedArrayBuffer(length * 4));
export const sharedDoubles = (length: number): SharedDoubles => new Float64Array(new SharedArrayBuffer(length * 8));
export const sharedLongs = (length: number): BigInt64Array<SharedArrayBuffer> =>
  new BigInt64Array(new SharedArrayBuffer(length * 8));
