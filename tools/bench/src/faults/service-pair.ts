import { createClient, type Client } from '@connectrpc/connect';
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
  readonly permission: Client<typeof PermissionService>;
  readonly fundsProcess: ServiceProcess;
  readonly proxies: {
    /** Of both services. */
    readonly database: FaultProxy;
    readonly redis: FaultProxy | undefined;
    readonly permission: FaultProxy;
  };
  /** What has ended although nobody asked it to. */
  crashes(): readonly string[];
  stop(): Promise<void>;
}

/** What the services are given. */
export interface ServicePairOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  /** Told each line of funds-service's log. */
  readonly onLog?: (line: LogLine) => void;
}

/** A running call may take as long as its deadline; nobody waits for more at the end. */
const graceMs = '500';

/** Starts both. */
export async function startServicePair({ databaseUrl, redisUrl, onLog }: ServicePairOptions): Promise<ServicePair> {
  const before = (url: string): Promise<FaultProxy> =>
    startFaultProxy({ host: '127.0.0.1', port: Number(new URL(url).port) });
  const database = await before(databaseUrl);
  const redis = redisUrl === undefined ? undefined : await before(redisUrl);
  const common = { DATABASE_URL: database.urlThrough(databaseUrl), SHUTDOWN_GRACE_MS: graceMs };
  const permissionProcess = await startService('permission-service', common);
  const permission = await before(permissionProcess.grpcUrl);
  const fundsProcess = await startService(
    'funds-service',
    {
      ...common,
      PERMISSION_SERVICE_URL: permission.urlThrough(permissionProcess.grpcUrl).replace(/\/$/, ''),
      ...(redis && redisUrl !== undefined && { REDIS_URL: redis.urlThrough(redisUrl) }),
    },
    onLog,
  );
  const crashes: string[] = [];
  let stopping = false;
  for (const [name, { ended }] of [
    ['funds-service', fundsProcess],
    ['permission-service', permissionProcess],
  ] as const) {
    void ended.then((words) => void (stopping || crashes.push(`${name} ended: ${words}`)));
  }
  const anotherFundsClient = () => createClient(FundsService, createGrpcTransport({ baseUrl: fundsProcess.grpcUrl }));
  return {
    funds: anotherFundsClient(),
    anotherFundsClient,
    permission: createClient(PermissionService, createGrpcTransport({ baseUrl: permissionProcess.grpcUrl })),
    fundsProcess,
    proxies: { database, redis, permission },
    crashes: () => crashes,
    stop: async () => {
      stopping = true;
      const proxies = [database, permission, ...(redis ? [redis] : [])];
      await Promise.all(proxies.map((proxy) => proxy.set({ kind: 'none' })));
      await Promise.all([fundsProcess.stop(), permissionProcess.stop()]);
      await Promise.all(proxies.map((proxy) => proxy.close()));
    },
  };
}

/** Runs work on both services and a MySQL of their own, and ends all three whatever happens. */
export async function withServices<T>(
  work: (pair: ServicePair, mysql: PrivateMysql) => Promise<T>,
  onLog: (line: LogLine) => void = () => undefined,
): Promise<T> {
  const mysql = await startPrivateMysql();
  try {
    await fillCompany(mysql.url);
    const pair = await startServicePair({ databaseUrl: mysql.url, onLog });
    try {
      return await work(pair, mysql);
    } finally {
      await pair.stop();
    }
  } finally {
    await mysql.stop();
  }
}
