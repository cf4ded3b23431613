import { textFormat, type Metric } from '@finance/metrics';
import { collectDefaultMetrics, prometheusContentType, Registry } from 'prom-client';
import type { PlainRoutes } from '../plain-routes.ts';

/** One registry a process: its memory, processor time, event loop and garbage collection belong to nobody else. */
let registry: Registry | undefined;

function processMetrics(): Promise<string> {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry.metrics();
}

/** `/metrics` in Prometheus's text format: these metrics, and those of the process as prom-client names them. */
export function metricsRoutes(metrics: readonly Metric[]): PlainRoutes {
  // The event loop's delay is measured from the start on.
  void processMetrics();
  return {
    '/metrics': async () => ({
      status: 200,
      contentType: prometheusContentType,
      body: `${textFormat(metrics)}${await processMetrics()}`,
    }),
  };
}
