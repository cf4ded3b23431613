import { randomBytes } from 'node:crypto';
import { withTestRedis, type Fault } from '@finance/testkit';
import { createClient } from 'redis';
import { afterEach, describe, expect, it } from 'vitest';
import { createRedisTier, type RedisTierOptions } from './redis-tier.ts';
import { createScopeCache, type ScopeCache } from './scope-cache.ts';
import type { ScopeEntry } from './scope-entry.ts';

const redis = await withTestRedis();
const secret = randomBytes(32);
const { signal } = new AbortController();
const caches: ScopeCache[] = [];

afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.close()));
  await redis.proxy.set({ kind: 'none' });
});

/** An instance of a service, and how often it asked the source. */
function instance(options: Partial<RedisTierOptions> = {}) {
  const cache = createScopeCache((onAnnounced) =>
    createRedisTier({ url: redis.url, secret, databaseIdentity: 'db', ttlMs: 60_000, onAnnounced, ...options }),
  );
  caches.push(cache);
  const seen = { asked: 0, orgVersion: 1n };
  const get = (viewerUserId: bigint) =>
    cache.get(viewerUserId, signal, async (): Promise<ScopeEntry> => {
      seen.asked += 1;
      const place = { viewerUserId, orgVersion: seen.orgVersion };
      const scope = { ...place, role: 'staff' as const, people: { left: 1, right: 1 }, subordinateCount: 0 };
      return viewerUserId === 404n ? { ...place, scope: null } : { ...place, scope };
    });
  return { cache, seen, get };
}

/** Direct access, past proxy and codec. */
const newClient = () => createClient({ url: redis.server.url });
async function onRedis<T>(work: (client: ReturnType<typeof newClient>) => Promise<T>): Promise<T> {
  const client = newClient();
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
const keyCount = () => onRedis((client) => client.dbSize());
/** An instance that has its connection and knows the org's version. */
async function connected(options: Partial<RedisTierOptions> = {}) {
  const made = instance(options);
  await expect
    .poll(async () => {
      const before = await keyCount();
      await made.get(BigInt(1_000_000 + Math.floor(Math.random() * 1e9)));
      return (await keyCount()) > before;
    })
    .toBe(true);
  made.seen.asked = 0;
  return made;
}

describe('scopes in Redis', () => {
  it('one instance finds what another has resolved, unknown viewers too', async () => {
    const [one, other] = [await connected(), await connected()];
    const entries = [await one.get(1n), await one.get(404n)];
    await expect.poll(keyCount).toBeGreaterThan(3);
    expect([await other.get(1n), await other.get(404n)]).toEqual(entries);
    expect(other.seen.asked).toBe(0);
    expect(other.cache.counters()).toMatchObject({ sharedHits: 2, negativeHits: 1, sharedRejected: 0 });
  });

  it('another database or another secret finds nothing', async () => {
    const one = await connected();
    await one.get(2n);
    const tenant = await connected({ databaseIdentity: 'other' });
    const stranger = await connected({ secret: randomBytes(32) });
    expect([await tenant.get(2n), await stranger.get(2n)]).toHaveLength(2);
    expect([tenant.seen.asked, stranger.seen.asked]).toEqual([1, 1]);
  });

  it('a change of the org seen by one instance reaches the others', async () => {
    const [one, other] = [await connected(), await connected()];
    await other.get(3n);
    one.seen.orgVersion = other.seen.orgVersion = 2n;
    one.cache.observe(2n);
    await expect.poll(async () => (await other.get(3n)).orgVersion).toBe(2n);
  });

  it('values that were changed, moved, cut or blown up are misses, never answers', async () => {
    const [one, other] = [await connected(), await connected()];
    for (const [index, harm] of ['flip', 'swap', 'cut', 'huge', 'list'].entries()) {
      const viewer = BigInt(10 + index * 2);
      await one.get(viewer);
      await one.get(viewer + 1n);
      const expected = await one.get(viewer);
      await expect
        .poll(() =>
          onRedis(async (client) => {
            const keys = await client.keys(`*:scope:1:${viewer}`);
            const neighbours = await client.keys(`*:scope:1:${viewer + 1n}`);
            if (keys.length + neighbours.length < 2) return 'not there yet';
            const [key, neighbour] = [keys[0]!, neighbours[0]!];
            const text = (await client.get(key))!;
            if (harm === 'flip') await client.set(key, text.replace('staff', 'admin'));
            if (harm === 'swap') await client.set(key, (await client.get(neighbour))!);
            if (harm === 'cut') await client.set(key, text.slice(0, -1));
            if (harm === 'huge') await client.set(key, text + 'x'.repeat(10_000_000));
            if (harm === 'list') {
              await client.del(key);
              await client.lPush(key, text);
            }
            return 'harmed';
          }),
        )
        .toBe('harmed');
      expect(await other.get(viewer)).toEqual(expected);
      expect(other.seen.asked).toBe(index + 1);
      // A good answer in between: three bad ones in a row are taken for a connection out of step.
      await other.get(2_000_000_000n + viewer);
      other.seen.asked -= 1;
    }
  });

  it('events that are not ours are ignored', async () => {
    const one = await connected();
    await one.get(30n);
    const channels = await onRedis((client) => client.pubSubChannels());
    await onRedis((client) => client.publish(channels[0]!, '99999'));
    await expect.poll(() => one.cache.counters().sharedRejected).toBe(1);
    expect((await one.get(30n)).orgVersion).toBe(1n);
  });

  const faults: readonly Fault[] = [
    { kind: 'refuse' },
    { kind: 'blackhole' },
    { kind: 'latency', delayMs: 2_000 },
    { kind: 'reset' },
    { kind: 'half-open' },
    { kind: 'cut', afterBytes: 3 },
    { kind: 'garbage' },
  ];
  it.each(faults)(
    'a Redis that fails ($kind) costs hits and a bounded wait, and is used again later',
    async (fault) => {
      const one = await connected();
      await redis.proxy.set(fault);
      const startedAt = performance.now();
      for (let viewer = 100n; viewer < 300n; viewer += 1n) {
        expect((await one.get(viewer)).scope?.role).toBe('staff');
      }
      // Not even one wait for each question: after a few faults nobody asks it any more.
      expect(performance.now() - startedAt).toBeLessThan(2_000);
      expect(one.seen.asked).toBe(200);

      await redis.proxy.set({ kind: 'none' });
      const other = await connected();
      // Nobody has asked for these before.
      let viewer = BigInt(Date.now()) * 1_000n;
      await expect
        .poll(
          async () => {
            viewer += 1n;
            await one.get(viewer);
            await new Promise((resolve) => setTimeout(resolve, 20));
            const asked = other.seen.asked;
            await other.get(viewer);
            return other.seen.asked === asked;
          },
          { timeout: 15_000, interval: 100 },
        )
        .toBe(true);
    },
    30_000,
  );

  it('a Redis that is killed and comes back empty is filled again', async () => {
    const one = await connected();
    await redis.server.kill();
    expect((await one.get(5_000n)).scope?.role).toBe('staff');
    await redis.server.restart();
    await expect
      .poll(
        async () => {
          await one.get(BigInt(6_000 + Math.floor(Math.random() * 1e6)));
          return keyCount();
        },
        { timeout: 15_000, interval: 100 },
      )
      .toBeGreaterThan(0);
  });
});
