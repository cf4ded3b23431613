import { readMetrics, type Metric, type MetricReading } from '@finance/metrics';
import { nodeMetrics } from './node-metrics.ts';

/** The thread that began; the others are numbered from 1 on. */
export const mainThread = 0;

/** What one thread measures, every value with the label `thread`; can be sent to another one. */
export interface ThreadMetrics {
  readonly own: readonly MetricReading[];
  /** As prom-client aggregates them. What is the process's (`process_*`) is told by the main thread, without the label. */
  readonly node: readonly object[];
}

/** Reads everything that this thread measures. */
export async function readThread(metrics: readonly Metric[], thread: number): Promise<ThreadMetrics> {
  const label = { thread: String(thread) };
  const all = await nodeMetrics().getMetricsAsJSON();
  const isOfThread = (name: string): boolean => name.startsWith('nodejs_');
  const node = all.filter(({ name }) => thread === mainThread || isOfThread(name));
  return {
    own: readMetrics(metrics, label),
    node: node.map((metric) => ({
      ...metric,
      // No two values have the same labels, so that adding up changes none.
      aggregator: 'sum',
      values: isOfThread(metric.name)
        ? metric.values.map((value) => ({ ...value, labels: { ...value.labels, ...label } }))
        : metric.values,
    })),
  };
}
