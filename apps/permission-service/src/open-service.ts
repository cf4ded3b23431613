import { auditedService, createConsistencyTokens, createPageTokens } from '@finance/api';
import { auditMetrics, startAuditTrail } from '@finance/audit';
import { openChangeFeed } from '@finance/change-feed';
import { liveIndexHealth, liveIndexMetrics, type IndexReplica } from '@finance/index-host';
import { openProtectedDatabase } from '@finance/resilience';
import { createSealer, type ConfigOf, type OpenService, type ThreadService } from '@finance/service-kit';
import { createAuditService } from './audit-service.ts';
import { createPermissionService } from './permission-service.ts';
import { createAccessReader } from './reads/access-reader.ts';
import type { permissionSettings } from './settings.ts';
import { createChangeWatch } from './watch/change-watch.ts';
import { watchLimits } from './watch/watch-limits.ts';
import { watchMetrics } from './watch/watch-metrics.ts';

/** Opens what a thread has of its own: database, audit trail, watch of changes and its view of the index. */
export async function openService<Index extends IndexReplica>(options: {
  readonly config: ConfigOf<typeof permissionSettings>;
  readonly thread: number;
  readonly log: ThreadService['log'];
  readonly openIndex: () => Index | undefined;
}): Promise<OpenService<Index>> {
  const { config, thread, log } = options;
  const stored = await openProtectedDatabase(config.DATABASE_URL, [], log);
  const audit = await startAuditTrail(config, {
    database: stored.database,
    service: 'permission-service',
    thread,
    log,
  });
  const { database, calls } = audit;
  const sealer = createSealer(config.PAGE_TOKEN_KEY);
  const pageTokens = createPageTokens(sealer);
  const consistency = createConsistencyTokens(sealer, database);
  const index = options.openIndex();
  const watch = createChangeWatch(openChangeFeed(config.DATABASE_URL), database, watchLimits(config));
  const services = [
    createPermissionService({
      database,
      readAccess: createAccessReader({ database, consistency, index }),
      pageTokens,
      consistency,
      watch,
    }),
    createAuditService({ database, pageTokens }),
  ];
  return {
    services: services.map((service) => auditedService(service, { calls, consistency })),
    calls,
    config,
    log,
    index,
    metrics: [...stored.metrics, ...liveIndexMetrics(index), ...watchMetrics(watch), ...auditMetrics(audit)],
    healthDetails: () => liveIndexHealth(index),
    readiness: (signal) => database.ping(signal),
    close: async () => {
      await watch.close();
      await index?.close();
      await audit.close();
      await stored.close();
    },
  };
}
