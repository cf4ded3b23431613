import { createConsistencyTokens, createPageTokens } from '@finance/api';
import { openCurrentDatabase } from '@finance/schema';
import {
  createLogger,
  createSealer,
  defineConfig,
  exitOnStartupProblem,
  runService,
  StartupError,
} from '@finance/service-kit';
import { createPermissionService } from './permission-service.ts';
import { permissionSettings } from './settings.ts';

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
  const database = await openCurrentDatabase(target);
  const sealer = createSealer(config.PAGE_TOKEN_KEY);
  const service = createPermissionService({
    database,
    pageTokens: createPageTokens(sealer),
    consistency: createConsistencyTokens(sealer, database),
  });
  await runService({
    name: 'permission-service',
    services: [service],
    config,
    log,
    readiness: (signal) => database.ping(signal),
    close: () => database.close(),
  });
}

await main().catch(exitOnStartupProblem);
