import { joinLiveIndex } from '@finance/index-host';
import { createLogger, defineConfig, serveInThread } from '@finance/service-kit';
import { openService } from './open-service.ts';
import { prepareDatabase } from './prepare-database.ts';
import { standaloneSettings } from './settings.ts';

await serveInThread(async ({ thread, port }) => {
  const config = defineConfig(standaloneSettings).parse();
  const log = createLogger({ name: 'standalone', level: config.LOG_LEVEL }).child({ thread });
  const { target } = await prepareDatabase(config.DATABASE_URL);
  return openService({ config, target, thread, log, openIndex: () => joinLiveIndex(config, port, target) });
});
