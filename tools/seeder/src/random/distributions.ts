import { randomField, type RandomField } from './random-field.ts';

/** Integers 0..count-1, all equally likely. */
export function uniformBelow(count: number, draw: number): number {
  return Math.floor(draw * count);
}

/**
 * Integers 0..count-1 by a power law: rank r is about `(r / count) ** (1 / exponent - 1)` as likely as the mean.
 * Exponent 1 is uniform; at 3 the first of a million gets 1 % of all.
 */
export function powerLawBelow(count: number, draw: number, exponent: number): number {
  return Math.floor(draw ** exponent * count);
}

/** One of the values, by their weights, which need not sum to 1. */
export function weighted<T>(choices: readonly (readonly [value: T, weight: number])[]): (draw: number) => T {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let sum = 0;
  const bounds = choices.map(([value, weight]) => ({ value, upTo: (sum += weight) / total }));
  const last = bounds[bounds.length - 1]!.value;
  return (draw) => bounds.find(({ upTo }) => draw < upTo)?.value ?? last;
}

/** Log-normal amounts in whole cents, at least 1; half of them are below `medianCents`. */
export function logNormalCents(
  seed: number,
  name: string,
  shape: { readonly medianCents: number; readonly sigma: number },
): (row: number) => number {
  const radius = randomField(seed, `${name}/radius`);
  const angle = randomField(seed, `${name}/angle`);
  const mu = Math.log(shape.medianCents);
  return (row) => {
    const normal = Math.sqrt(-2 * Math.log(1 - radius(row))) * Math.cos(2 * Math.PI * angle(row));
    return Math.max(1, Math.round(Math.exp(mu + shape.sigma * normal)));
  };
}

/** The numbers 0..count-1 in a random order. O(n log n). */
export function shuffled(count: number, draw: RandomField): number[] {
  const keys = Float64Array.from({ length: count }, (_, index) => draw(index));
  return Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
}
