import { EventEmitter, once } from 'node:events';
import { HealthCheckResponse_ServingStatus as Status } from '@finance/contract/grpc-health';

/** Whether calls are welcome; what probes, `grpc.health.v1` and `/healthz/ready` report. */
export interface Health {
  readonly serving: boolean;
  /** Names that have a status: the empty one is the whole server. */
  readonly names: readonly string[];
  setServing(serving: boolean): void;
  /** SERVICE_UNKNOWN for a name that is not served. */
  status(name: string): Status;
  /** The status at once, then each change, until `end` aborts. */
  watch(name: string, end: AbortSignal): AsyncIterable<Status>;
}

/** Starts as not serving. All services share one status, because they share what they depend on. */
export function createHealth(serviceNames: readonly string[]): Health {
  const names = ['', ...serviceNames];
  const changes = new EventEmitter();
  // One listener a watching caller; their number is bounded by the listeners' stream limits.
  changes.setMaxListeners(0);
  let serving = false;
  const status = (name: string): Status => {
    if (!names.includes(name)) return Status.SERVICE_UNKNOWN;
    return serving ? Status.SERVING : Status.NOT_SERVING;
  };
  return {
    get serving() {
      return serving;
    },
    names,
    setServing(next) {
      if (next === serving) return;
      serving = next;
      changes.emit('change');
    },
    status,
    async *watch(name, end) {
      let sent: Status | undefined;
      for (;;) {
        const current = status(name);
        if (current !== sent) yield (sent = current);
        else if (end.aborted) return;
        else await once(changes, 'change', { signal: end }).catch(() => undefined);
      }
    },
  };
}
