import { join } from 'node:path';
import { migrate } from '@finance/schema';
import { expect, it } from 'vitest';
import { startService } from './service-process.ts';
import { useBenchFolder } from './testing/bench-folder.ts';

const folder = useBenchFolder();

it('a service is known to serve, however little it logs', async () => {
  const file = join(folder(), 'finance.db');
  await migrate({ engine: 'sqlite', file });
  const server = await startService('permission-service', { DATABASE_URL: `sqlite:${file}`, LOG_LEVEL: 'silent' });
  try {
    expect((await fetch(new URL('/healthz/live', server.httpUrl))).status).toBe(200);
  } finally {
    await server.stop();
  }
});

it('a server that cannot start says why', async () => {
  const started = startService('permission-service', { LOG_LEVEL: 'loud' });
  await expect(started).rejects.toThrow(/^the server did not start: LOG_LEVEL: must be one of/);
});
