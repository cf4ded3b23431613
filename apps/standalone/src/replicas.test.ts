import { createClient, type Client } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService, PaginationStrategy } from '@finance/contract/funds-service';
import { openDatabase } from '@finance/schema';
import { withConnection } from '@finance/seeder';
import { insertDataSet, sampleCompany, withPrivateMysql } from '@finance/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProcess, type TestProcess } from './test-process.ts';

const [primary, replica] = await Promise.all([withPrivateMysql(), withPrivateMysql('empty')]);
const onServer = ({ url }: { readonly url: string }, ...statements: readonly string[]): Promise<void> =>
  withConnection({ engine: 'mysql', url }, async (connection) => {
    for (const statement of statements) await connection.run(statement);
  });

/** Private servers all start with 1, and a source refuses a replica of its own id. */
const startReplica = ['SET GLOBAL server_id = 2', 'START REPLICA'];
/** ISO 4217's code for testing, which fund 1 has on the replica alone: an answer tells who gave it. */
const replicaMark = 'XTS';
/** All that funds-service needs to read from a replica. */
const reader = { name: 'reader', password: 'reader' };
const processes: TestProcess[] = [];
let funds: Client<typeof FundsService>;

beforeAll(async () => {
  const database = openDatabase({ engine: 'mysql', url: primary.url });
  await insertDataSet(database, sampleCompany(20, 30));
  await database.close();
  await onServer(
    primary,
    `CREATE USER '${reader.name}'@'%' IDENTIFIED BY '${reader.password}'`,
    `GRANT SELECT, CREATE TEMPORARY TABLES ON finance.* TO '${reader.name}'@'%'`,
  );
  const source = new URL(primary.url);
  await onServer(
    replica,
    `CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = ${primary.port},
       SOURCE_USER = '${source.username}', SOURCE_PASSWORD = '${source.password}',
       SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1`,
    ...startReplica,
  );
  await catchUp();
  await onServer(
    replica,
    'SET SESSION sql_log_bin = 0',
    `UPDATE financial_funds SET currency_code = '${replicaMark}' WHERE fund_id = 1`,
    'SET GLOBAL super_read_only = ON',
  );

  const replicaUrl = new URL(replica.url);
  replicaUrl.username = reader.name;
  replicaUrl.password = reader.password;
  const start = async (app: string, env: Record<string, string>): Promise<string> => {
    const started = startProcess(app, {
      DATABASE_URL: primary.url,
      LIVE_INDEX: 'off',
      PAGINATION_STRATEGIES: 'adaptive-sql,temporary-table',
      ...env,
    });
    processes.push(started);
    return `http://${(await started.serving).grpc}`;
  };
  const baseUrl = await start('funds-service', { DATABASE_REPLICA_URLS: replicaUrl.href });
  funds = createClient(FundsService, createGrpcTransport({ baseUrl }));
});
afterAll(async () => {
  for (const each of processes) each.kill('SIGKILL');
  await Promise.all(processes.map((each) => each.ended));
});

/** Waits until the replica has applied whatever the primary has committed. */
async function catchUp(): Promise<void> {
  const [state] = await withConnection({ engine: 'mysql', url: primary.url }, (connection) =>
    connection.all('SELECT @@global.gtid_executed AS position'),
  );
  await onServer(replica, `DO WAIT_FOR_EXECUTED_GTID_SET('${String(state!['position'])}', 30)`);
}

type Asked = { case: 'atLeastAsFresh'; value: string } | { case: 'minimizeLatency' | 'fullyConsistent'; value: true };
const latest: Asked = { case: 'fullyConsistent', value: true };
const any: Asked = { case: 'minimizeLatency', value: true };
const atLeast = (token: string): Asked => ({ case: 'atLeastAsFresh', value: token });

/** Who answered, and the amounts of the funds by id. */
async function read(asked: Asked | undefined, strategy: PaginationStrategy = PaginationStrategy.UNSPECIFIED) {
  const consistency = asked && { requirement: asked };
  const page = await funds.listFunds({ viewerUserId: 1n, strategy, ...(consistency && { consistency }) });
  const from = page.funds.find(({ fundId }) => fundId === 1n)?.currencyCode === replicaMark ? 'replica' : 'primary';
  const amounts = new Map(page.funds.map(({ fundId, amountCents }) => [fundId, amountCents]));
  return { from, amounts, token: page.consistencyToken } as const;
}

/** The token of an acknowledged write. */
async function write(fundId: bigint, amountCents: bigint): Promise<string> {
  const updateMask = { paths: ['amount_cents'] };
  return (await funds.updateFund({ fund: { fundId, amountCents }, updateMask })).consistencyToken;
}

/** Reads until the replica has answered: on a loaded machine it may be late, and the primary answers. */
async function expectReplica(asked: Asked, fundId: bigint, amountCents: bigint, strategy?: PaginationStrategy) {
  for (const giveUpAt = Date.now() + 20_000; ;) {
    const answer = await read(asked, strategy);
    expect(answer.amounts.get(fundId)).toBe(amountCents);
    if (answer.from === 'replica') return answer;
    if (Date.now() > giveUpAt) throw new Error('the replica has not answered for 20 s');
  }
}

it('a replica answers what it has reached, by each way of reading, and its answer gives a good token', async () => {
  const token = await write(2n, 100n);
  await expectReplica(atLeast(token), 2n, 100n);
  await expectReplica(any, 2n, 100n);
  const byTable = await expectReplica(atLeast(token), 2n, 100n, PaginationStrategy.TEMPORARY_TABLE);
  await expectReplica(atLeast(byTable.token), 2n, 100n);
});

it('a replica that has not reached a write is not used for its token, and is again once it has', async () => {
  const before = await write(2n, 200n);
  await catchUp();
  await onServer(replica, 'STOP REPLICA SQL_THREAD');
  const after = await write(2n, 201n);
  try {
    for (let i = 0; i < 20; i += 1) {
      // The replica is there and answers what may be as old as it is.
      await expectReplica(i % 2 === 0 ? any : atLeast(before), 2n, 200n);
      const answer = await read(atLeast(after));
      expect([answer.from, answer.amounts.get(2n)]).toEqual(['primary', 201n]);
    }
  } finally {
    await onServer(replica, 'START REPLICA SQL_THREAD');
  }
  await expectReplica(atLeast(after), 2n, 201n);
});

it('a token shows its write from the moment on in which the replica is used for it', async () => {
  const writer = async (fundId: bigint) => {
    for (let amountCents = 1n; amountCents <= 25n; amountCents += 1n) {
      await expectReplica(atLeast(await write(fundId, amountCents)), fundId, amountCents);
    }
  };
  await Promise.all([3n, 4n, 5n, 6n].map(writer));
});

it('the latest never comes from a replica, even from one that has everything', async () => {
  await catchUp();
  await expectReplica(any, 6n, 25n);
  for (let i = 0; i < 20; i += 1) {
    expect([(await read(latest)).from, (await read(undefined)).from]).toEqual(['primary', 'primary']);
  }
});

it('a replica without a column that the primary has, as before it has caught up with a release, is passed over', async () => {
  const rename = (from: string, to: string) =>
    onServer(
      replica,
      'SET SESSION sql_log_bin = 0',
      'SET GLOBAL super_read_only = OFF',
      `ALTER TABLE financial_funds RENAME COLUMN ${from} TO ${to}`,
      'SET GLOBAL super_read_only = ON',
    );
  await expectReplica(any, 6n, 25n);
  await rename('handle_by', 'handled_by');
  try {
    for (let i = 0; i < 5; i += 1) expect((await read(any)).from).toBe('primary');
    let exported = 0;
    const consistency = { requirement: any };
    for await (const batch of funds.exportFunds({ viewerUserId: 1n, consistency })) exported += batch.funds.length;
    expect(exported).toBe(30);
  } finally {
    await rename('handled_by', 'handle_by');
  }
  await expectReplica(any, 6n, 25n);
});

it('when the replica is killed the primary answers, and it is used again once it is back', async () => {
  const token = await write(2n, 300n);
  await expectReplica(atLeast(token), 2n, 300n);
  let isKilled = false;
  const readOnAndOn = async () => {
    while (!isKilled) expect((await read(any)).amounts.get(2n)).toBe(300n);
  };
  const kill = () => replica.kill().finally(() => (isKilled = true));
  await Promise.all([kill(), ...Array.from({ length: 8 }, readOnAndOn)]);
  for (const asked of [atLeast(token), any, latest]) {
    for (let i = 0; i < 5; i += 1) {
      const answer = await read(asked);
      expect([answer.from, answer.amounts.get(2n)]).toEqual(['primary', 300n]);
    }
  }
  const meanwhile = await write(2n, 301n);
  await replica.start();
  await onServer(replica, ...startReplica);
  await expectReplica(atLeast(meanwhile), 2n, 301n);
});
