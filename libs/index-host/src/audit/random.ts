/** Random numbers that a seed repeats. */
export interface Random {
  /** Below a bound of at most 2^32. */
  below(bound: number): number;
  bigBelow(bound: bigint): bigint;
  of<T>(values: readonly T[]): T;
}

/** mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound);
  return {
    below,
    bigBelow: (bound) => ((BigInt(next()) << 32n) | BigInt(next())) % bound,
    of: (values) => values[below(values.length)]!,
  };
}
