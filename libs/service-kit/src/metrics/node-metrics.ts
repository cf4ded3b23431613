import { collectDefaultMetrics, Registry } from 'prom-client';

/** One registry a thread: memory, processor time, event loop and garbage collection belong to nobody else. */
let registry: Registry | undefined;

/** prom-client's metrics of the process (`process_*`) and of this thread (`nodejs_*`), measured from the first call on. */
export function nodeMetrics(): Registry {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry;
}
