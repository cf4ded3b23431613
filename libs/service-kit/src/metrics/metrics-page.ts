import { readMetrics, textFormat, type Metric } from '@finance/metrics';
import { AggregatorRegistry, prometheusContentType } from 'prom-client';
import type { PlainRoutes } from '../plain-routes.ts';
import { nodeMetrics } from './node-metrics.ts';
import { mainThread, readThread, type ThreadMetrics } from './thread-metrics.ts';

/**
 * `/metrics` in Prometheus's text format: these metrics, and those of the process as prom-client names them.
 * @param others where other threads serve as well: what theirs are; every value then has the label `thread`
 */
export function metricsRoutes(
  metrics: readonly Metric[],
  others?: () => Promise<readonly ThreadMetrics[]>,
): PlainRoutes {
  // The event loop's delay is measured from the start on.
  const registry = nodeMetrics();
  const page = async (): Promise<string> => {
    if (others === undefined) return `${textFormat(readMetrics(metrics))}${await registry.metrics()}`;
    const threads = [await readThread(metrics, mainThread), ...(await others())];
    const node = AggregatorRegistry.aggregate(threads.map((thread) => [...thread.node]));
    return `${textFormat(threads.flatMap(({ own }) => own))}${await node.metrics()}`;
  };
  return { '/metrics': async () => ({ status: 200, contentType: prometheusContentType, body: await page() }) };
}
