import { createClient, type Client } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService, PaginationStrategy } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { connectMysql } from '@finance/schema';
import { startFaultProxy, type FaultProxy } from '@finance/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { startService } from '../service-process.ts';
import { wrongPages } from './failover/wrong-rows.ts';
import { faultCompany, fillCompany, startPrivateMysql, type PrivateMysql } from './private-mysql.ts';

/** A server with a live index, its database behind a proxy, and a way around it. */
export interface IndexServer {
  readonly funds: Client<typeof FundsService>;
  readonly permission: Client<typeof PermissionService>;
  readonly mysql: PrivateMysql;
  readonly proxy: FaultProxy;
  /** Plain SQL, past the proxy and the server. */
  readonly admin: Connection;
  readonly grpcUrl: string;
  /** Memory of the server's process, all of it. */
  memoryMib(): number;
  /** Milliseconds until the index answers again. @throws Error when it does not */
  untilIndexAnswers(): Promise<number>;
  /** Differences between the index and SQL over everybody's first pages; 0 when all is well. */
  wrongPages(): Promise<number>;
}

const indexTimeoutMs = 60_000;

/** Runs work against a fresh one, of the faults' company; its funds are copied until there are so many. */
export async function withIndexServer<T>(
  work: (server: IndexServer) => Promise<T>,
  { funds: fundsWanted = faultCompany.funds.length } = {},
): Promise<T> {
  const database = await startPrivateMysql();
  const ends: (() => Promise<unknown>)[] = [() => database.stop()];
  try {
    await fillCompany(database.url);
    const admin = (await connectMysql(database.url, { multipleStatements: true })).promise();
    // A killed server ends it; scenarios that kill open another one.
    admin.on('error', () => undefined);
    ends.unshift(() => admin.end().catch(() => undefined));
    await copyFunds(admin, fundsWanted);
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: database.port });
    ends.unshift(() => proxy.close());
    const server = await startService('standalone', {
      DATABASE_URL: proxy.urlThrough(database.url),
      LOG_LEVEL: 'warn',
      AUDIT_READS: 'off',
      SHUTDOWN_GRACE_MS: '500',
    });
    ends.unshift(() => server.stop());
    const transport = createGrpcTransport({ baseUrl: server.grpcUrl });
    const funds = createClient(FundsService, transport);
    const answersByIndex = async (): Promise<boolean> => {
      const page = await funds
        .listFunds({ viewerUserId: 1n, pageSize: 1 }, { timeoutMs: 2_000 })
        .catch(() => undefined);
      return page?.strategyUsed === PaginationStrategy.LIVE_INDEX;
    };
    const indexServer: IndexServer = {
      funds,
      permission: createClient(PermissionService, transport),
      mysql: database,
      proxy,
      admin,
      grpcUrl: server.grpcUrl,
      memoryMib: () => server.memoryMib(),
      untilIndexAnswers: async () => {
        const startedAt = performance.now();
        while (!(await answersByIndex())) {
          if (performance.now() - startedAt > indexTimeoutMs) throw new Error('the live index does not answer');
          await sleep(20);
        }
        return performance.now() - startedAt;
      },
      wrongPages: () => wrongPages(funds),
    };
    await indexServer.untilIndexAnswers();
    return await work(indexServer);
  } finally {
    for (const end of ends) await end();
  }
}

async function copyFunds(admin: Connection, fundsWanted: number): Promise<void> {
  const columns = 'handle_by, order_id, customer_id, amount, currency_code, status, created_at, updated_at';
  for (let funds = faultCompany.funds.length; funds < fundsWanted; funds *= 2) {
    const copies = Math.min(funds, fundsWanted - funds);
    await admin.query(
      `INSERT INTO financial_funds (${columns}) SELECT ${columns} FROM financial_funds ORDER BY fund_id LIMIT ${copies}`,
    );
  }
}
