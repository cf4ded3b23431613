import { auditedService, createConsistencyTokens, createPageTokens } from '@finance/api';
import { auditMetrics, startAuditTrail } from '@finance/audit';
import { liveIndexHealth, liveIndexMetrics, type IndexReplica } from '@finance/index-host';
import { createChooseReader, openProtectedDatabase } from '@finance/resilience';
import { createSealer, type ConfigOf, type OpenService, type ThreadService } from '@finance/service-kit';
import { sqlStrategiesOn } from '@finance/strategies';
import { createFundsService } from './funds-service.ts';
import { createFundReader } from './reads/fund-reader.ts';
import type { fundsSettings } from './settings.ts';
import { createStrategyChoice } from './strategy-choice.ts';
import { createViewerSnapshots } from './viewer-snapshots.ts';

/** Opens what a thread has of its own: database, audit trail, caches and its view of the index. */
export async function openService<Index extends IndexReplica>(options: {
  readonly config: ConfigOf<typeof fundsSettings>;
  readonly thread: number;
  readonly log: ThreadService['log'];
  readonly openIndex: () => Index | undefined;
}): Promise<OpenService<Index>> {
  const { config, thread, log } = options;
  const stored = await openProtectedDatabase(config.DATABASE_URL, config.DATABASE_REPLICA_URLS, log);
  const audit = await startAuditTrail(config, { database: stored.database, service: 'funds-service', thread, log });
  const { database, calls } = audit;
  const sealer = createSealer(config.PAGE_TOKEN_KEY);
  const consistency = createConsistencyTokens(sealer, database);
  const viewers = createViewerSnapshots({
    database,
    chooseReader: createChooseReader(database, stored.replicas),
  });
  const index = options.openIndex();
  const strategies = createStrategyChoice(sqlStrategiesOn(database), config.PAGINATION_STRATEGIES);
  const service = createFundsService({
    database,
    viewers,
    reader: createFundReader({ viewers, strategies, consistency, index }),
    pageTokens: createPageTokens(sealer),
    consistency,
    fullViewNames: config.FULL_VIEW_NAMES,
  });
  return {
    services: [auditedService(service, { calls, consistency })],
    calls,
    config,
    log,
    index,
    metrics: [...stored.metrics, ...liveIndexMetrics(index), ...auditMetrics(audit)],
    healthDetails: () => liveIndexHealth(index),
    readiness: (signal) => database.ping(signal),
    close: async () => {
      await index?.close();
      await audit.close();
      await stored.close();
    },
  };
}
