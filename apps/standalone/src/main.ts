import { startAuditTrail } from '@finance/audit';
import { openLiveIndex } from '@finance/index-host';
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
  const { target, discard } = await prepareDatabase(config.DATABASE_URL);
  const { database } = await openProtectedDatabase(target, [], (which, state) =>
    log.warn({ database: which, state }, 'circuit breaker'),
  );
  const audit = await startAuditTrail(config, { database, service: 'standalone', log });
  const index = openLiveIndex(config, target, log);
  const servers = await runService({
    name: 'standalone',
    services: buildServices({
      audit,
      strategies: config.PAGINATION_STRATEGIES,
      tokenKey: config.PAGE_TOKEN_KEY,
      index,
    }),
    config,
    log,
    readiness: (signal) => database.ping(signal),
    close: async () => {
      await index?.close();
      await audit.close();
      await database.close();
      discard();
    },
  });
  console.log(welcome(servers, await describeViewers(target)));
}

await main().catch((error: unknown) =>
  exitOnStartupProblem(error instanceof SeederError ? new StartupError(error.message, { cause: error }) : error),
);
