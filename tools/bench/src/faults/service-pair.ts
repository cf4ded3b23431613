import { createClient, type Client, type Interceptor, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { startFaultProxy, type FaultProxy } from '@finance/testkit';
import { fillCompany, startPrivateMysql, type PrivateMysql } from './private-mysql.ts';
import { startService, type LogLine, type ServiceProcess } from '../service-process.ts';

/** Both services as in production, each a process, with a proxy in front of everything they need. */
export interface ServicePair {
  readonly funds: Client<typeof FundsService>;
  /** Another one, with a connection of its own: calls on one wait for each other beyond its streams. */
  anotherFundsClient(): Client<typeof FundsService>;
  /** The same services, asked by a caller with another token. */
  withToken(token: string): ServicePair;
  readonly permission: Client<typeof PermissionService>;
  readonly fundsProcess: ServiceProcess;
  readonly proxies: {
    /** Of both services. */
    readonly database: FaultProxy;
  };
  /** What has ended although nobody asked it to. */
  crashes(): readonly string[];
  stop(): Promise<void>;
}

/** What the services are given. */
export interface ServicePairOptions {
  readonly databaseUrl: string;
  /** Told each line of funds-service's log. */
  readonly onLog?: (line: LogLine) => void;
  /** Settings of funds-service besides. */
  readonly fundsEnv?: Readonly<Record<string, string>>;
  /** Settings of both besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** What callers show; by default nothing. */
  readonly token?: string;
  /** The services reach the database itself, so that pauses of the bench, whose thread the proxies share, do not count. */
  readonly databaseDirect?: boolean | undefined;
}

/** A running call may take as long as its deadline; nobody waits for more at the end. */
const graceMs = '500';

/** Starts both. @throws Error when one does not come up, with nothing left running */
export async function startServicePair({
  databaseUrl,
  onLog,
  fundsEnv,
  env,
  token,
  databaseDirect = false,
}: ServicePairOptions): Promise<ServicePair> {
  const proxies: FaultProxy[] = [];
  const processes: ServiceProcess[] = [];
  const before = async (url: string): Promise<FaultProxy> => {
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(url).port) });
    proxies.push(proxy);
    return proxy;
  };
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    await Promise.all(proxies.map((proxy) => proxy.set({ kind: 'none' })));
    await Promise.all(processes.map((each) => each.stop()));
    await Promise.all(proxies.map((proxy) => proxy.close()));
  };
  const start = async (...args: Parameters<typeof startService>): Promise<ServiceProcess> => {
    const started = await startService(...args);
    processes.push(started);
    return started;
  };
  try {
    const database = await before(databaseUrl);
    const reachedAt = databaseDirect ? databaseUrl : database.urlThrough(databaseUrl);
    const common = { DATABASE_URL: reachedAt, SHUTDOWN_GRACE_MS: graceMs, ...env };
    const permissionProcess = await start('permission-service', common);
    const fundsProcess = await start(
      'funds-service',
      {
        ...common,
        ...fundsEnv,
      },
      onLog,
    );
    const crashes: string[] = [];
    for (const [name, { ended }] of [
      ['funds-service', fundsProcess],
      ['permission-service', permissionProcess],
    ] as const) {
      void ended.then((words) => void (stopping || crashes.push(`${name} ended: ${words}`)));
    }
    const askedWith = (shown: string | undefined): ServicePair => {
      const anotherFundsClient = () => createClient(FundsService, transportTo(fundsProcess, shown));
      return {
        funds: anotherFundsClient(),
        anotherFundsClient,
        withToken: askedWith,
        permission: createClient(PermissionService, transportTo(permissionProcess, shown)),
        fundsProcess,
        proxies: { database },
        crashes: () => crashes,
        stop,
      };
    };
    return askedWith(token);
  } catch (error) {
    await stop();
    throw error;
  }
}

function transportTo({ grpcUrl }: ServiceProcess, token: string | undefined): Transport {
  const show: Interceptor = (next) => (request) => {
    request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };
  return createGrpcTransport({ baseUrl: grpcUrl, interceptors: token === undefined ? [] : [show] });
}

/** Runs work on both services and a MySQL of their own, and ends all three whatever happens. */
export async function withServices<T>(
  work: (pair: ServicePair, mysql: PrivateMysql) => Promise<T>,
  options: Omit<ServicePairOptions, 'databaseUrl'> = {},
): Promise<T> {
  const mysql = await startPrivateMysql();
  try {
    await fillCompany(mysql.url);
    const pair = await startServicePair({ databaseUrl: mysql.url, ...options });
    try {
      return await work(pair, mysql);
    } finally {
      await pair.stop();
    }
  } finally {
    await mysql.stop();
  }
}
