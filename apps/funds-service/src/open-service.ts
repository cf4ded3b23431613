import { auditedService, createConsistencyTokens, createPageTokens } from '@finance/api';
import { auditMetrics, startAuditTrail } from '@finance/audit';
import { scopeCacheMetrics } from '@finance/cache';
import { liveIndexHealth, liveIndexMetrics, type IndexReplica } from '@finance/index-host';
import { createChooseReader, openProtectedDatabase } from '@finance/resilience';
import {
  createSealer,
  createServiceTransport,
  type ConfigOf,
  type OpenService,
  type ThreadService,
} from '@finance/service-kit';
import { sqlStrategiesOn } from '@finance/strategies';
import { createFundsService } from './funds-service.ts';
import { openScopeCache } from './open-scope-cache.ts';
import { createFundReader } from './reads/fund-reader.ts';
import { createScopeClient } from './scope-client.ts';
import type { fundsSettings } from './settings.ts';
import { createStrategyChoice } from './strategy-choice.ts';
import { createViewerSnapshots } from './viewer-snapshots.ts';
import { warmScopes } from './warm-scopes.ts';

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
  const resolve = createScopeClient(
    createServiceTransport({
      url: config.PERMISSION_SERVICE_URL,
      tokenFile: config.PERMISSION_SERVICE_TOKEN_FILE,
      caFile: config.PERMISSION_SERVICE_CA_FILE,
      certFile: config.PERMISSION_SERVICE_CERT_FILE,
      keyFile: config.PERMISSION_SERVICE_KEY_FILE,
    }),
  );
  const scopes = await openScopeCache({ redisUrl: config.REDIS_URL, secret: config.PAGE_TOKEN_KEY, database });
  const consistency = createConsistencyTokens(sealer, database);
  const viewers = createViewerSnapshots({
    database,
    chooseReader: createChooseReader(database, stored.replicas),
    scopes,
    resolve,
  });
  const index = options.openIndex();
  const strategies = createStrategyChoice(sqlStrategiesOn(database), config.PAGINATION_STRATEGIES);
  const service = createFundsService({
    database,
    viewers,
    reader: createFundReader({ viewers, strategies, consistency, index }),
    pageTokens: createPageTokens(sealer),
    consistency,
  });
  void warmScopes(scopes, config.CACHE_WARM_VIEWERS, resolve);
  return {
    services: [auditedService(service, { calls, consistency })],
    calls,
    config,
    log,
    index,
    metrics: [...stored.metrics, ...scopeCacheMetrics(scopes), ...liveIndexMetrics(index), ...auditMetrics(audit)],
    healthDetails: () => liveIndexHealth(index),
    readiness: (signal) => database.ping(signal),
    close: async () => {
      await index?.close();
      await audit.close();
      await scopes.close();
      await stored.close();
    },
  };
}
