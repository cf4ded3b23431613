import { openLiveIndex } from '@finance/index-host';
import { sqliteFiles, writePrivately } from '@finance/schema';
import { createLogger, defineConfig, exitOnStartupProblem, runService, withTokenKey } from '@finance/service-kit';
import { openService } from './open-service.ts';
import { permissionSettings } from './settings.ts';

const table = defineConfig(permissionSettings);

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(table.help('Usage: npx nx run permission-service:serve   (settings are environment variables)'));
    return;
  }
  writePrivately();
  const settings = table.parse();
  const log = createLogger({ name: 'permission-service', level: settings.LOG_LEVEL });
  const config = withTokenKey(settings, log);
  log.info({ settings: table.shown() }, 'settings');
  const service = await openService({
    config,
    thread: 0,
    log,
    openIndex: () => openLiveIndex(config, config.DATABASE_URL, log),
  });
  await runService({
    ...service,
    name: 'permission-service',
    privateFiles: config.DATABASE_URL.engine === 'sqlite' ? sqliteFiles(config.DATABASE_URL.file) : [],
    threads: { script: new URL('serving-thread.ts', import.meta.url), connect: () => service.index?.connect() },
  });
}

await main().catch(exitOnStartupProblem);
