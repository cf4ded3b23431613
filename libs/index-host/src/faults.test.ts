import { insertDataSet, sampleCompany, startFaultProxy, withTestDatabases } from '@finance/testkit';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveIndexHost } from './live-index-host.ts';
import { startLiveIndexHost } from './start-live-index-host.ts';
import { logInto, until, untilReady } from './testing/wait.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();
const hostStartMs = 120_000;
/** Far above a fence on a busy machine, and short enough to be waited for. */
const waitMs = 1_000;
/** A pulled cable loses what was on its way. Long enough for a connection that is only slow. */
const stuckAfterMs = 3_000;

describe.each(databases.filter(({ name }) => name === 'mysql'))(
  'on $name, a host',
  { timeout: hostStartMs },
  (test) => {
    const { database } = test;
    let host: LiveIndexHost;
    let proxy: Awaited<ReturnType<typeof startFaultProxy>>;
    const { target } = test;
    const url = target.engine === 'mysql' ? target.url : '';

    beforeAll(async () => {
      await insertDataSet(database, sampleCompany(20, 100));
      const { hostname, port } = new URL(url);
      proxy = await startFaultProxy({ host: hostname, port: Number(port) });
      await proxy.set({ kind: 'refuse' });
      const through = { engine: 'mysql', url: proxy.urlThrough(url) } as const;
      host = startLiveIndexHost(through, { log: logInto([]), audit: false, waitMs, stuckAfterMs });
    }, hostStartMs);
    afterAll(async () => {
      await host.close();
      await proxy.close();
    });

    const setCurrency = (code: string): Promise<unknown> =>
      database.transaction(signal, (session) =>
        session.run(sql`UPDATE financial_funds SET currency_code = ${code} WHERE fund_id = 1`),
      );
    const currency = async (): Promise<string | undefined> =>
      (await host.at({ kind: 'latest' }))?.index.visibleFunds(1n, [1n])[0]!.currencyCode;

    it('says why it is unavailable while the server cannot be reached, and loads when it can', async () => {
      await until(() => host.state().name === 'unavailable');
      expect(host.state().reason).toContain('MySQL does not answer');
      expect(await host.at({ kind: 'any' })).toBeUndefined();
      await proxy.set({ kind: 'none' });
      await untilReady(host);
      expect(await currency()).toBe('USD');
    });

    it('loses nothing when its connections are cut', async () => {
      await proxy.set({ kind: 'refuse' });
      await setCurrency('AAA');
      expect(await host.at({ kind: 'latest' })).toBeUndefined();
      await proxy.set({ kind: 'none' });
      await untilReady(host);
      expect(await currency()).toBe('AAA');
      expect(host.hostStats().loads).toBe(2);
    });

    it('sends calls to SQL at once when nothing gets through any more', async () => {
      await proxy.set({ kind: 'blackhole' });
      await setCurrency('BBB');
      expect(await host.at({ kind: 'latest' })).toBeUndefined();
      expect(host.state().name).toBe('catching-up');
      const before = host.stats().fallbacks['catching-up'];
      const answers = await Promise.all(Array.from({ length: 1_000 }, () => host.at({ kind: 'latest' })));
      expect(answers.every((view) => view === undefined)).toBe(true);
      expect(host.stats().fallbacks['catching-up']).toBe(before + 1_000);
      await proxy.set({ kind: 'none' });
      await untilReady(host);
      expect(await currency()).toBe('BBB');
    });
  },
);
