import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, threadId } from 'node:worker_threads';
import { FundsService } from '@finance/contract/funds-service';
import { defineConfig } from './config.ts';
import { defineService } from './define-service.ts';
import { createLogger } from './logger.ts';
import { runService } from './run-service.ts';
import { serverSettings } from './server-settings.ts';
import { exitOnStartupProblem } from './startup-problem.ts';
import { serveInThread, type ThreadService } from './threads/serve-in-thread.ts';

/**
 * A service in a process of its own for the lifecycle tests: ListFunds takes page_size milliseconds; with the token
 * `crash` it ends a thread other than the main one.
 */
async function open(): Promise<ThreadService> {
  const config = defineConfig(serverSettings).parse();
  const log = createLogger({ name: 'test-service', level: config.LOG_LEVEL });
  const funds = defineService(FundsService, {
    async listFunds({ pageSize, pageToken }) {
      if (pageToken === 'crash' && !isMainThread) {
        setImmediate(() => {
          throw new Error('planned crash');
        });
      }
      await sleep(pageSize);
      return { nextPageToken: 'slow', ...(isMainThread ? {} : { totalSize: BigInt(threadId) }) };
    },
  });
  return { services: [funds], config, log, close: async () => log.info('database closed') };
}

if (isMainThread) {
  const start = async () =>
    runService({ ...(await open()), name: 'test-service', threads: { script: new URL(import.meta.url) } });
  await start().catch(exitOnStartupProblem);
} else await serveInThread(open);
