import { openLiveIndex } from '@finance/index-host';
import { sqliteFiles, writePrivately } from '@finance/schema';
import { describeViewers, SeederError } from '@finance/seeder';
import {
  createLogger,
  defineConfig,
  exitOnStartupProblem,
  runService,
  StartupError,
  withTokenKey,
} from '@finance/service-kit';
import { openService } from './open-service.ts';
import { prepareDatabase } from './prepare-database.ts';
import { standaloneSettings } from './settings.ts';
import { welcome } from './welcome.ts';

const table = defineConfig(standaloneSettings);

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(table.help('Usage: npm start   (settings are environment variables, e.g. HTTP_PORT=9090 npm start)'));
    return;
  }
  writePrivately();
  const settings = table.parse();
  const log = createLogger({ name: 'standalone', level: settings.LOG_LEVEL });
  const config = withTokenKey(settings, log);
  log.info({ settings: table.shown() }, 'settings');
  const { target, discard } = await prepareDatabase(config.DATABASE_URL);
  const service = await openService({
    config,
    target,
    thread: 0,
    log,
    openIndex: () => openLiveIndex(config, target, log),
  });
  const servers = await runService({
    ...service,
    name: 'standalone',
    privateFiles: target.engine === 'sqlite' ? sqliteFiles(target.file) : [],
    close: async () => {
      await service.close();
      discard();
    },
    threads: {
      script: new URL('serving-thread.ts', import.meta.url),
      // That of memory: is made by this thread.
      env: target.engine === 'sqlite' ? { DATABASE_URL: `sqlite:${target.file}` } : {},
      connect: () => service.index?.connect(),
    },
  });
  console.log(welcome(servers, await describeViewers(target)));
}

await main().catch((error: unknown) =>
  exitOnStartupProblem(error instanceof SeederError ? new StartupError(error.message, { cause: error }) : error),
);
