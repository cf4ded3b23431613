import { auditedService, createConsistencyTokens, createPageTokens } from '@finance/api';
import { auditMetrics, startAuditTrail } from '@finance/audit';
import { scopeCacheMetrics } from '@finance/cache';
import { liveIndexMetrics, openLiveIndex } from '@finance/index-host';
import { createChooseReader, openProtectedDatabase } from '@finance/resilience';
import {
  createLogger,
  createSealer,
  createServiceTransport,
  defineConfig,
  exitOnStartupProblem,
  runService,
  StartupError,
} from '@finance/service-kit';
import { sqlStrategiesOn } from '@finance/strategies';
import { createFundsService } from './funds-service.ts';
import { openScopeCache } from './open-scope-cache.ts';
import { createFundReader } from './reads/fund-reader.ts';
import { createScopeClient } from './scope-client.ts';
import { fundsSettings } from './settings.ts';
import { createStrategyChoice } from './strategy-choice.ts';
import { createViewerSnapshots } from './viewer-snapshots.ts';
import { warmScopes } from './warm-scopes.ts';

const table = defineConfig(fundsSettings);

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(table.help('Usage: npx nx run funds-service:serve   (settings are environment variables)'));
    return;
  }
  const config = table.parse();
  const target = config.DATABASE_URL;
  if (target.engine === 'memory')
    throw new StartupError('DATABASE_URL: memory: is only for `npm start`; two services need a shared database');
  const log = createLogger({ name: 'funds-service', level: config.LOG_LEVEL });
  log.info({ settings: table.shown() }, 'settings');
  const stored = await openProtectedDatabase(target, config.DATABASE_REPLICA_URLS, (which, state) =>
    log.warn({ database: which, state }, 'circuit breaker'),
  );
  const audit = await startAuditTrail(config, { database: stored.database, service: 'funds-service', log });
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
  const index = openLiveIndex(config, target, log);
  const strategies = createStrategyChoice(sqlStrategiesOn(database), config.PAGINATION_STRATEGIES);
  const service = createFundsService({
    database,
    viewers,
    reader: createFundReader({ viewers, strategies, consistency, index }),
    pageTokens: createPageTokens(sealer),
    consistency,
  });
  void warmScopes(scopes, config.CACHE_WARM_VIEWERS, resolve);
  await runService({
    name: 'funds-service',
    services: [auditedService(service, { calls, consistency })],
    config,
    log,
    metrics: [...stored.metrics, ...scopeCacheMetrics(scopes), ...liveIndexMetrics(index), ...auditMetrics(audit)],
    readiness: (signal) => database.ping(signal),
    close: async () => {
      await index?.close();
      await audit.close();
      await scopes.close();
      await stored.close();
    },
  });
}

await main().catch(exitOnStartupProblem);
