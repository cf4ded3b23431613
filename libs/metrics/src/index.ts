export { createDurations } from './durations.ts';
export type { Durations } from './durations.ts';
export { byLabel, counter, gauge } from './metric.ts';
export type { Distribution, Labels, Metric, Sample } from './metric.ts';
export { readMetrics } from './reading.ts';
export type { MetricReading } from './reading.ts';
export { textFormat } from './text-format.ts';
