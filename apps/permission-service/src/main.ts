import { auditedService, createConsistencyTokens, createPageTokens } from '@finance/api';
import { auditMetrics, startAuditTrail } from '@finance/audit';
import { liveIndexMetrics, openLiveIndex } from '@finance/index-host';
import { openChangeFeed } from '@finance/change-feed';
import { openProtectedDatabase } from '@finance/resilience';
import {
  createLogger,
  createSealer,
  defineConfig,
  exitOnStartupProblem,
  runService,
  StartupError,
} from '@finance/service-kit';
import { createAuditService } from './audit-service.ts';
import { createAccessReader } from './reads/access-reader.ts';
import { createPermissionService } from './permission-service.ts';
import { permissionSettings } from './settings.ts';
import { createChangeWatch } from './watch/change-watch.ts';
import { watchMetrics } from './watch/watch-metrics.ts';

const table = defineConfig(permissionSettings);

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(table.help('Usage: npx nx run permission-service:serve   (settings are environment variables)'));
    return;
  }
  const config = table.parse();
  const target = config.DATABASE_URL;
  if (target.engine === 'memory')
    throw new StartupError('DATABASE_URL: memory: is only for `npm start`; two services need a shared database');
  const log = createLogger({ name: 'permission-service', level: config.LOG_LEVEL });
  log.info({ settings: table.shown() }, 'settings');
  const stored = await openProtectedDatabase(target, [], (which, state) =>
    log.warn({ database: which, state }, 'circuit breaker'),
  );
  const audit = await startAuditTrail(config, { database: stored.database, service: 'permission-service', log });
  const { database, calls } = audit;
  const sealer = createSealer(config.PAGE_TOKEN_KEY);
  const pageTokens = createPageTokens(sealer);
  const consistency = createConsistencyTokens(sealer, database);
  const index = openLiveIndex(config, target, log);
  const watch = createChangeWatch(openChangeFeed(target), database);
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
  await runService({
    name: 'permission-service',
    services: services.map((service) => auditedService(service, { calls, consistency })),
    config,
    log,
    metrics: [...stored.metrics, ...liveIndexMetrics(index), ...watchMetrics(watch), ...auditMetrics(audit)],
    readiness: (signal) => database.ping(signal),
    close: async () => {
      await watch.close();
      await index?.close();
      await audit.close();
      await stored.close();
    },
  });
}

await main().catch(exitOnStartupProblem);
