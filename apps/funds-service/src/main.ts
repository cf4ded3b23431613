import { createConsistencyTokens, createPageTokens } from '@finance/api';
import { openCurrentDatabase } from '@finance/schema';
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
import { createScopeClient } from './scope-client.ts';
import { fundsSettings } from './settings.ts';
import { createStrategyChoice } from './strategy-choice.ts';
import { createViewerSnapshots } from './viewer-snapshots.ts';

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
  const database = await openCurrentDatabase(target);
  const sealer = createSealer(config.PAGE_TOKEN_KEY);
  const scopes = createScopeClient(createServiceTransport({ url: config.PERMISSION_SERVICE_URL }));
  const service = createFundsService({
    database,
    viewers: createViewerSnapshots(database, scopes),
    strategies: createStrategyChoice(sqlStrategiesOn(database), config.PAGINATION_STRATEGIES),
    pageTokens: createPageTokens(sealer),
    consistency: createConsistencyTokens(sealer, database),
  });
  await runService({
    name: 'funds-service',
    services: [service],
    config,
    log,
    readiness: (signal) => database.ping(signal),
    close: () => database.close(),
  });
}

await main().catch(exitOnStartupProblem);
