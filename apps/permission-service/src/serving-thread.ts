import { joinLiveIndex } from '@finance/index-host';
import { createLogger, defineConfig, serveInThread } from '@finance/service-kit';
import { openService } from './open-service.ts';
import { permissionSettings } from './settings.ts';

await serveInThread(async ({ thread, port }) => {
  const config = defineConfig(permissionSettings).parse();
  const log = createLogger({ name: 'permission-service', level: config.LOG_LEVEL }).child({ thread });
  return openService({ config, thread, log, openIndex: () => joinLiveIndex(config, port, config.DATABASE_URL) });
});
