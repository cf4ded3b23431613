import type { Distribution, Labels, Metric, Sample } from './metric.ts';

/** A metric as it was at one moment: plain values, which another thread can be sent. */
export type MetricReading =
  | {
      readonly type: 'gauge' | 'counter';
      readonly name: string;
      readonly help: string;
      readonly values: readonly Sample[];
    }
  | {
      readonly type: 'histogram';
      readonly name: string;
      readonly help: string;
      readonly values: readonly Distribution[];
    };

/** Reads metrics now. @param added to the labels of every value */
export function readMetrics(metrics: readonly Metric[], added: Labels = {}): MetricReading[] {
  const labelled = <Value extends { readonly labels: Labels }>(values: readonly Value[]): Value[] =>
    values.map((value) => ({ ...value, labels: { ...value.labels, ...added } }));
  return metrics.map((metric) => {
    const { name, help } = metric;
    if (metric.type === 'histogram') return { type: metric.type, name, help, values: labelled(metric.read()) };
    return { type: metric.type, name, help, values: labelled(metric.read()) };
  });
}
