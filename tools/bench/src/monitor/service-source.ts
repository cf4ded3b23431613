import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { TotalMode } from '@finance/contract/total-mode';
import { unavailable, type Figure, type Source } from './figures.ts';

/** One probe a second: the percentile is that of the last minute. */
const probesKept = 60;
const probeTimeoutMs = 5_000;
const serverNote = 'the service shows no metrics: only probes of this monitor are timed';

/** Health of a service, and how long a page and a check take when asked once a sample. @param url of its HTTP port */
export function serviceSource(url: string, permissionUrl: string = url): Source {
  const funds = createClient(FundsService, createConnectTransport({ baseUrl: url, httpVersion: '1.1' }));
  const permission = createClient(
    PermissionService,
    createConnectTransport({ baseUrl: permissionUrl, httpVersion: '1.1' }),
  );
  const options = { timeoutMs: probeTimeoutMs };
  const listMs: number[] = [];
  const checkMs: number[] = [];
  let probe: { viewerUserId: bigint; fundId: bigint } | undefined;

  /** Somebody to ask for; found once. */
  const prepare = async () => {
    const [user] = (await permission.listUsers({ pageSize: 1 }, options)).users;
    if (!user) throw new Error('no users');
    const page = await funds.listFunds({ viewerUserId: user.userId, pageSize: 1, totalMode: TotalMode.NONE }, options);
    // A fund that is not there is denied: a check all the same.
    return { viewerUserId: user.userId, fundId: page.funds[0]?.fundId ?? 1n };
  };
  const health = async (): Promise<Figure> =>
    fetch(`${url}/healthz/ready`, { signal: AbortSignal.timeout(probeTimeoutMs) }).then(
      ({ status }) => ({ name: 'health', value: status === 200 ? 'ready' : `not ready (${status})`, unit: '' }),
      () => ({ name: 'health', value: 'does not answer', unit: '' }),
    );

  return {
    sample: async () => {
      const title = `service ${url}`;
      const ready = await health();
      try {
        probe ??= await prepare();
        const { viewerUserId, fundId } = probe;
        const list = { viewerUserId, totalMode: TotalMode.NONE };
        await timed(listMs, () => funds.listFunds(list, options));
        await timed(checkMs, () => permission.checkAccess({ viewerUserId, fundId }, options));
      } catch {
        const note = ready.value === 'ready' ? 'the probe failed' : 'the service is not ready';
        return {
          title,
          figures: [
            ready,
            ...unavailable(
              [
                ['ListFunds p95', 'ms'],
                ['CheckAccess p95', 'ms'],
                ['calls', '1/s'],
              ],
              note,
            ),
          ],
        };
      }
      return {
        title,
        figures: [
          ready,
          { name: 'ListFunds p95', value: p95(listMs), unit: 'ms' },
          { name: 'CheckAccess p95', value: p95(checkMs), unit: 'ms' },
          ...unavailable([['calls', '1/s']], serverNote),
        ],
      };
    },
    close: async () => undefined,
  };
}

async function timed(times: number[], call: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await call();
  times.push(performance.now() - started);
  if (times.length > probesKept) times.shift();
}

function p95(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1]!;
}
