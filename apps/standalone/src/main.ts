import { auditMetrics, startAuditTrail } from '@finance/audit';
import { createScopeCache, scopeCacheMetrics } from '@finance/cache';
import { liveIndexMetrics, openLiveIndex } from '@finance/index-host';
import { openProtectedDatabase } from '@finance/resilience';
import { describeViewers, SeederError } from '@finance/seeder';
import { createLogger, defineConfig, exitOnStartupProblem, runService, StartupError } from '@finance/service-kit';
import { buildServices } from './build-services.ts';
import { prepareDatabase } from './prepare-database.ts';
import { standaloneSettings } from './settings.ts';
import { welcome } from './welcome.ts';

const table = defineConfig(standaloneSettings);

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(table.help('Usage: npm start   (settings are environment variables, e.g. HTTP_PORT=9090 npm start)'));
    return;
  }
  const config = table.parse();
  const log = createLogger({ name: 'standalone', level: config.LOG_LEVEL });
  log.info({ settings: table.shown() }, 'settings');
  const { target, discard } = await prepareDatabase(config.DATABASE_URL);
  const stored = await openProtectedDatabase(target, [], (which, state) =>
    log.warn({ database: which, state }, 'circuit breaker'),
  );
  const audit = await startAuditTrail(config, { database: stored.database, service: 'standalone', log });
  const scopes = createScopeCache();
  const index = openLiveIndex(config, target, log);
  const servers = await runService({
    name: 'standalone',
    services: buildServices({
      audit,
      strategies: config.PAGINATION_STRATEGIES,
      tokenKey: config.PAGE_TOKEN_KEY,
      scopes,
      index,
    }),
    config,
    log,
    metrics: [...stored.metrics, ...scopeCacheMetrics(scopes), ...liveIndexMetrics(index), ...auditMetrics(audit)],
    readiness: (signal) => stored.database.ping(signal),
    close: async () => {
      await index?.close();
      await audit.close();
      await scopes.close();
      await stored.close();
      discard();
    },
  });
  console.log(welcome(servers, await describeViewers(target)));
}

await main().catch((error: unknown) =>
  exitOnStartupProblem(error instanceof SeederError ? new StartupError(error.message, { cause: error }) : error),
);
