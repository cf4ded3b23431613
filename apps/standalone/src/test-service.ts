import { createClient, type Client, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { createAuditTrail, createSeals, type AuditReads } from '@finance/audit';
import { AuditService } from '@finance/contract/audit-service';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import type { FullViewNames } from '@finance/funds-service';
import { liveIndexHealth, type IndexReplica } from '@finance/index-host';
import type { ChangeWatch } from '@finance/permission-service';
import type { Database } from '@finance/schema';
import {
  createLogger,
  serverSettings,
  startServers,
  type RunningServers,
  type ServerConfig,
} from '@finance/service-kit';
import { sqlStrategyNames } from '@finance/strategies';
import { buildServices } from './build-services.ts';

/** Clients of both services over one protocol. */
export interface TestClients {
  readonly protocol: 'gRPC' | 'JSON';
  readonly funds: Client<typeof FundsService>;
  readonly permission: Client<typeof PermissionService>;
  readonly audit: Client<typeof AuditService>;
}

/** A standalone server of a test on free ports, and how to call it. */
export interface TestService {
  readonly servers: RunningServers;
  readonly clients: readonly TestClients[];
  /** How often the database was asked for anything. */
  readonly databaseCalls: () => number;
}

/**
 * Starts both services on a database, with every strategy allowed but in-list, so that one can be refused; by the live
 * index where there is one, and with changes to watch where somebody watches them. What the audit does beside the calls
 * is not counted.
 */
export async function startTestService(
  stored: Database,
  options: {
    readonly reads?: AuditReads | undefined;
    readonly index?: IndexReplica;
    readonly watch?: ChangeWatch;
    readonly config?: Partial<ServerConfig>;
    readonly fullViewNames?: FullViewNames;
  } = {},
): Promise<TestService> {
  const { reads = 'off', index, watch, config, fullViewNames = 'scope' } = options;
  let calls = 0;
  const seals = createSeals([Buffer.alloc(32, 7)]);
  const audit = createAuditTrail({ database: stored, service: 'test', reads, seals, onProblem: fail });
  const { database } = audit;
  const counted: Database = {
    ...database,
    snapshot: (signal, work, freshness) => ((calls += 1), database.snapshot(signal, work, freshness)),
    transaction: (signal, work) => ((calls += 1), database.transaction(signal, work)),
    hasReached: (signal, position) => ((calls += 1), database.hasReached(signal, position)),
  };
  const defaults = Object.fromEntries(
    Object.entries(serverSettings).map(([name, setting]) => [name, 'default' in setting ? setting.default : undefined]),
  ) as { [K in keyof typeof serverSettings]: (typeof serverSettings)[K] extends { default: infer T } ? T : undefined };
  const servers = await startServers({
    healthDetails: () => liveIndexHealth(index),
    services: buildServices({
      audit: { ...audit, database: counted },
      strategies: [...(index ? ['live-index' as const] : []), ...sqlStrategyNames].filter((name) => name !== 'in-list'),
      tokenKey: undefined,
      fullViewNames,
      index,
      watch,
    }),
    calls: audit.calls,
    config: { ...defaults, GRPC_PORT: 0, HTTP_PORT: 0, SHUTDOWN_GRACE_MS: 200, ...config },
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  const clientsOver = (protocol: TestClients['protocol'], transport: Transport): TestClients => ({
    protocol,
    funds: createClient(FundsService, transport),
    permission: createClient(PermissionService, transport),
    audit: createClient(AuditService, transport),
  });
  const close = async () => {
    await servers.close();
    await audit.close();
  };
  return {
    servers: { ...servers, close },
    clients: [
      clientsOver('gRPC', createGrpcTransport({ baseUrl: `http://${servers.grpcAddress}` })),
      clientsOver('JSON', createConnectTransport({ baseUrl: servers.httpUrl, httpVersion: '1.1' })),
    ],
    databaseCalls: () => calls,
  };
}

function fail(problem: unknown): never {
  throw problem;
}
