import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { ensureRedis } from './ensure-redis.ts';
import { pingRedis } from './ping.ts';
import { startPrivateRedis } from './private-redis.ts';
import { redisStatus } from './redis-status.ts';
import { stopRedis } from './stop-redis.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-redis-test-'));
const { REDIS_URL: _external, ...env } = process.env;
const options = { folder, env, progress: () => undefined };
/** The first start on a machine downloads 20 MB. */
const firstStartMaxMs = 300_000;

afterAll(async () => {
  await stopRedis(options);
  rmSync(folder, { recursive: true, force: true });
});

it(
  'two processes that call env at once print one line each, for one and the same server',
  async () => {
    const main = join(import.meta.dirname, 'main.ts');
    const run = () =>
      promisify(execFile)(process.execPath, [main, 'env'], { env: { ...env, FINANCE_REDIS_DIR: folder } });
    const outputs = await Promise.all([run(), run()]);
    const { url } = await ensureRedis(options);
    expect(outputs.map(({ stdout }) => stdout)).toEqual([`REDIS_URL=${url}\n`, `REDIS_URL=${url}\n`]);

    const status = await redisStatus(options);
    expect(status).toMatchObject({ running: true, folder });
    const { port, password } = new URL(url);
    expect(JSON.stringify(status) + readFileSync(join(folder, 'redis.log'), 'utf8')).not.toContain(password);
    await expect(pingRedis(Number(port), 'a-wrong-word', 5_000)).rejects.toThrow(/WRONGPASS|invalid/i);

    expect([await stopRedis(options), await stopRedis(options)]).toEqual([true, false]);
    expect(await redisStatus(options)).toMatchObject({ running: false });
  },
  firstStartMaxMs,
);

it('a REDIS_URL is used and left alone', async () => {
  const given = { ...options, env: { ...env, REDIS_URL: 'redis://elsewhere:6379' } };
  expect(await ensureRedis(given)).toEqual({ url: 'redis://elsewhere:6379' });
  expect(await stopRedis(given)).toBe(false);
});

it('a private one is gone when killed and empty again at the same place', async () => {
  const redis = await startPrivateRedis();
  const ping = () => pingRedis(redis.port, new URL(redis.url).password, 5_000);
  await ping();
  await redis.kill();
  await expect(ping()).rejects.toThrow(/ECONNREFUSED/);
  await redis.restart();
  expect((await ping()).version).toMatch(/^\d/);
  await redis.stop();
});
