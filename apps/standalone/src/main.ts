import { openCurrentDatabase } from '@finance/schema';
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
  const database = await openCurrentDatabase(target);
  const servers = await runService({
    name: 'standalone',
    services: buildServices({
      database,
      strategies: config.PAGINATION_STRATEGIES,
      tokenKey: config.PAGE_TOKEN_KEY,
    }),
    config,
    log,
    readiness: (signal) => database.ping(signal),
    close: async () => {
      await database.close();
      discard();
    },
  });
  console.log(welcome(servers, await describeViewers(target)));
}

await main().catch((error: unknown) =>
  exitOnStartupProblem(error instanceof SeederError ? new StartupError(error.message, { cause: error }) : error),
);
