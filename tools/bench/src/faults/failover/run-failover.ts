import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { startFaultProxy } from '@finance/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../../service-process.ts';
import { fillCompany } from '../private-mysql.ts';
import type { FaultBar, FaultResult, FaultScale } from '../scenario.ts';
import type { FailoverCase } from './failover-cases.ts';
import { startFailoverLoad } from './failover-load.ts';
import { startFailoverWatch } from './failover-watch.ts';
import { wrongPages, wrongRows } from './wrong-rows.ts';

/** Of load before a failure, and after its end. */
const phaseFullMs = 10_000;
const phaseMinMs = 1_500;
const recoveryMaxMs = 60_000;
/** Of ours, once the address leads to a server that can be written. */
const withoutIndexMaxSeconds = 10;
const withoutWritesMaxSeconds = 5;

/** Runs one case: load, failure, load; and compares what is answered with what the database holds. */
export async function runFailover(
  name: string,
  { start, mayLoseWrites = false, losesHistory = false }: FailoverCase,
  scale: FaultScale,
): Promise<Pick<FaultResult, 'bars' | 'facts'>> {
  const ends: (() => Promise<unknown>)[] = [];
  const phaseMs = Math.max(phaseMinMs, phaseFullMs * scale.share);
  try {
    const site = await start();
    ends.unshift(() => site.close());
    const { primary } = site;
    await fillCompany(primary.url);
    const proxy = await startFaultProxy(primary);
    ends.unshift(() => proxy.close());
    const url = proxy.urlThrough(primary.url);
    const service = await startService('standalone', {
      DATABASE_URL: url,
      LOG_LEVEL: 'warn',
      SHUTDOWN_GRACE_MS: '500',
    });
    ends.unshift(() => service.stop());
    let hasEnded = false;
    void service.ended.then(() => (hasEnded = true));
    const transport = createGrpcTransport({ baseUrl: service.grpcUrl });
    const funds = createClient(FundsService, transport);
    const watch = startFailoverWatch(createClient(PermissionService, transport));
    ends.unshift(() => watch.stop());
    const load = startFailoverLoad(funds, url);
    ends.unshift(() => load.stop());
    const { figures } = load;
    const both = async (sinceMs: number): Promise<boolean> => {
      const giveUpAt = performance.now() + recoveryMaxMs;
      while (performance.now() < giveUpAt) {
        if (figures.lastIndexAnswerMs > sinceMs && figures.lastServiceWriteMs > sinceMs) return true;
        await sleep(20);
      }
      return false;
    };
    await both(performance.now());
    await sleep(phaseMs);
    scale.signal.throwIfAborted();

    const failedAt = performance.now();
    const next = await site.fail({ proxy, load });
    const switchedAt = performance.now();
    const firstAfter = async (last: () => number): Promise<number> => {
      const giveUpAt = switchedAt + recoveryMaxMs;
      while (last() <= switchedAt && performance.now() < giveUpAt) await sleep(20);
      return ((last() > switchedAt ? last() : performance.now()) - switchedAt) / 1_000;
    };
    const [withoutIndexSeconds, withoutWritesSeconds] = await Promise.all([
      firstAfter(() => figures.lastIndexAnswerMs),
      firstAfter(() => figures.lastServiceWriteMs),
    ]);
    await sleep(phaseMs);
    const giveUpAt = performance.now() + recoveryMaxMs;
    while (losesHistory && watch.historiesLost === 0 && performance.now() < giveUpAt) await sleep(20);
    await load.stop();
    const lost = await load.lostOn(next);
    const wrong = await wrongRows(funds, next);
    const pages = await wrongPages(funds);
    scale.say(
      `${name}: ${figures.reads} reads, ${figures.byIndex} by the index, ${figures.failedReads} failed; ` +
        `index after ${withoutIndexSeconds.toFixed(1)} s, writes after ${withoutWritesSeconds.toFixed(1)} s; ` +
        JSON.stringify(figures.reasons),
    );
    const bar = (bar: string, figure: number, max = 0, unit = ''): FaultBar => ({
      name: `${name}: ${bar}`,
      figure,
      unit,
      max,
    });
    return {
      bars: [
        bar('stale answers', figures.stale),
        bar('answers with a fund that was lost', figures.phantom),
        bar('rows of the index that the database holds otherwise', wrong),
        bar('pages that differ between index and SQL', pages),
        bar('acknowledged writes lost', lost),
        ...(mayLoseWrites
          ? []
          : [bar('watchers not told of what became of the history', Number(losesHistory !== watch.historiesLost > 0))]),
        bar('calls that failed with INTERNAL', figures.reasons['INTERNAL'] ?? 0),
        bar('processes that ended', Number(hasEnded)),
        bar('without the index, after the switch', withoutIndexSeconds, withoutIndexMaxSeconds, 's'),
        bar('without writes, after the switch', withoutWritesSeconds, withoutWritesMaxSeconds, 's'),
      ],
      facts: {
        [`${name}: reads`]: figures.reads,
        [`${name}: by the index`]: figures.byIndex,
        [`${name}: failed reads`]: figures.failedReads,
        [`${name}: writes by SQL`]: figures.sqlWrites,
        [`${name}: writes through the service`]: figures.serviceWrites,
        [`${name}: s from the failure to the switch`]: (switchedAt - failedAt) / 1_000,
        ...(mayLoseWrites && { [`${name}: funds whose last write the replica had not received`]: load.acceptedLosses }),
      },
    };
  } finally {
    for (const end of ends) await end();
  }
}
