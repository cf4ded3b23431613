import { Code } from '@connectrpc/connect';
import { Health as HealthService, HealthCheckResponse_ServingStatus as Status } from '@finance/contract/grpc-health';
import { defineService } from './define-service.ts';
import type { DefinedService } from './define-service.ts';
import type { Health } from './health.ts';
import { shuttingDown } from './shutting-down.ts';
import { StatusError } from './status-error.ts';

/**
 * `grpc.health.v1.Health`: for an unknown service Check answers NOT_FOUND and Watch sends SERVICE_UNKNOWN. A Watch
 * ends when the server closes, long after it has sent NOT_SERVING where balancers are given time to turn away.
 */
export function healthService(health: Health): DefinedService {
  return defineService(HealthService, {
    async check({ service }) {
      const status = health.status(service);
      if (status === Status.SERVICE_UNKNOWN) throw new StatusError(Code.NotFound, 'unknown service');
      return { status };
    },
    async list() {
      return { statuses: Object.fromEntries(health.names.map((name) => [name, { status: health.status(name) }])) };
    },
    async *watch({ service }, context) {
      const end = AbortSignal.any([context.signal, context.draining]);
      for await (const status of health.watch(service, end)) yield { status };
      if (context.draining.aborted) throw shuttingDown();
    },
  });
}
