import { auditMetrics, startAuditTrail } from '@finance/audit';
import { openChangeFeed } from '@finance/change-feed';
import { liveIndexHealth, liveIndexMetrics, type IndexReplica } from '@finance/index-host';
import { createChangeWatch, watchLimits, watchMetrics } from '@finance/permission-service';
import { openProtectedDatabase } from '@finance/resilience';
import type { DatabaseTarget } from '@finance/schema';
import type { ConfigOf, OpenService, ThreadService } from '@finance/service-kit';
import { buildServices } from './build-services.ts';
import type { standaloneSettings } from './settings.ts';

/** Opens what a thread has of its own: database, audit trail, caches and its view of the index. */
export async function openService<Index extends IndexReplica>(options: {
  readonly config: ConfigOf<typeof standaloneSettings>;
  readonly target: Exclude<DatabaseTarget, { engine: 'memory' }>;
  readonly thread: number;
  readonly log: ThreadService['log'];
  readonly openIndex: () => Index | undefined;
}): Promise<OpenService<Index>> {
  const { config, target, thread, log } = options;
  const stored = await openProtectedDatabase(target, [], log);
  const audit = await startAuditTrail(config, { database: stored.database, service: 'standalone', thread, log });
  const index = options.openIndex();
  const watch = createChangeWatch(openChangeFeed(target), stored.database, watchLimits(config));
  return {
    services: buildServices({
      audit,
      strategies: config.PAGINATION_STRATEGIES,
      tokenKey: config.PAGE_TOKEN_KEY,
      fullViewNames: config.FULL_VIEW_NAMES,
      index,
      watch,
    }),
    calls: audit.calls,
    config,
    log,
    index,
    metrics: [...stored.metrics, ...liveIndexMetrics(index), ...watchMetrics(watch), ...auditMetrics(audit)],
    healthDetails: () => liveIndexHealth(index),
    readiness: (signal) => stored.database.ping(signal),
    close: async () => {
      await watch.close();
      await index?.close();
      await audit.close();
      await stored.close();
    },
  };
}
