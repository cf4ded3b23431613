import { setTimeout as sleep } from 'node:timers/promises';
import { FundsService } from '@finance/contract/funds-service';
import { defineConfig } from './config.ts';
import { defineService } from './define-service.ts';
import { createLogger } from './logger.ts';
import { runService } from './run-service.ts';
import { serverSettings } from './server-settings.ts';
import { exitOnStartupProblem } from './startup-problem.ts';

/** A service in a process of its own for the lifecycle tests: ListFunds takes page_size milliseconds. */
async function main(): Promise<void> {
  const config = defineConfig(serverSettings).parse();
  const log = createLogger({ name: 'test-service', level: config.LOG_LEVEL });
  const funds = defineService(FundsService, {
    async listFunds({ pageSize }) {
      await sleep(pageSize);
      return { nextPageToken: 'slow' };
    },
  });
  const close = async () => log.info('database closed');
  await runService({ name: 'test-service', services: [funds], config, log, close });
}

await main().catch(exitOnStartupProblem);
