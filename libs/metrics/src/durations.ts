import type { Distribution, Labels, Metric } from './metric.ts';

/** Durations by labels, cheap enough for every call: a look into a map and an addition. */
export interface Durations {
  /** @param values in the order of the label names */
  record(values: readonly string[], seconds: number): void;
  readonly metric: Metric;
}

interface Series {
  readonly labels: Labels;
  readonly counts: number[];
  sum: number;
}

/** @param boundsSeconds ascending; a bound that an alert asks about is exact */
export function createDurations(
  name: string,
  help: string,
  labelNames: readonly string[],
  boundsSeconds: readonly number[],
): Durations {
  const series = new Map<string, Series>();
  const begin = (key: string, values: readonly string[]): Series => {
    const labels = Object.fromEntries(labelNames.map((label, i) => [label, values[i] ?? '']));
    const begun = { labels, counts: boundsSeconds.map(() => 0), sum: 0 };
    begun.counts.push(0);
    series.set(key, begun);
    return begun;
  };
  return {
    record: (values, seconds) => {
      const key = values.join('|');
      const one = series.get(key) ?? begin(key, values);
      let bound = 0;
      while (bound < boundsSeconds.length && seconds > boundsSeconds[bound]!) bound += 1;
      one.counts[bound]! += 1;
      one.sum += seconds;
    },
    metric: {
      type: 'histogram',
      name,
      help,
      read: () => [...series.values()].map((one): Distribution => ({ ...one, bounds: boundsSeconds })),
    },
  };
}
