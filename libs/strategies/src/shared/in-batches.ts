/** Consecutive slices of at most `batchSize` items. */
export function* inBatches<T>(items: readonly T[], batchSize: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += batchSize) yield items.slice(start, start + batchSize);
}
