import { ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { ErrorInfoSchema } from '@finance/contract/rpc-error-details';
import { openDatabase } from '@finance/schema';
import { withConnection } from '@finance/seeder';
import { insertDataSet, sampleCompany, withPrivateMysql } from '@finance/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProcess, type TestProcess } from './test-process.ts';

const { url } = await withPrivateMysql();
const setReadOnly = (value: 'ON' | 'OFF') =>
  withConnection({ engine: 'mysql', url }, (connection) =>
    connection.run(`SET GLOBAL super_read_only = ${value}, GLOBAL read_only = ${value}`),
  );
let service: TestProcess;
let http: string;
let clients: ReturnType<typeof clientsOf>;
const clientsOf = (grpc: string) => {
  const transport = createGrpcTransport({ baseUrl: `http://${grpc}` });
  return { funds: createClient(FundsService, transport), permission: createClient(PermissionService, transport) };
};

beforeAll(async () => {
  const database = openDatabase({ engine: 'mysql', url });
  await insertDataSet(database, sampleCompany(20, 30));
  await database.close();
  await setReadOnly('ON');
  service = startProcess('standalone', { DATABASE_URL: url, LOG_LEVEL: 'info' });
  const serving = await service.serving;
  http = serving.http;
  clients = clientsOf(serving.grpc);
});
afterAll(async () => {
  service.kill('SIGTERM');
  await service.ended;
});

const updateFund = () =>
  clients.funds.updateFund({ fund: { fundId: 1n, amountCents: 5n }, updateMask: { paths: ['amount_cents'] } });
const reasonOfWrite = async (): Promise<string | undefined> =>
  updateFund().then(
    () => 'OK',
    (error: unknown) => ConnectError.from(error).findDetails(ErrorInfoSchema)[0]?.reason,
  );
const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${http}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
};

it('starts on a server that refuses writes, says so, reads, and is ready; failing writes take nothing away', async () => {
  await expect.poll(() => service.output().match(/the database refuses writes/g)?.length).toBe(1);
  for (let i = 0; i < 20; i += 1) {
    expect(await reasonOfWrite()).toBe('DATABASE_READ_ONLY');
    expect((await clients.funds.listFunds({ viewerUserId: 1n, pageSize: 2 })).funds).toHaveLength(2);
    expect((await clients.permission.listUsers({ pageSize: 2 })).users).toHaveLength(2);
    expect((await fetch(`${http}/healthz/ready`)).status).toBe(200);
  }
  const org = clients.permission.moveUser({ userId: 3n, newParentUserId: 0n });
  await expect(org).rejects.toThrow('refuses writes');
  expect(await metric('finance_database_read_only')).toBe(1);
  expect(await metric('finance_database_breaker_openings_total\\{database="primary"\\}')).toBe(0);
});

it('writes again as soon as the server does, without a restart, and the audit log catches up', async () => {
  await setReadOnly('OFF');
  expect(await reasonOfWrite()).toBe('OK');
  await expect.poll(() => metric('finance_database_read_only')).toBe(0);
  expect(service.output().match(/the database accepts writes/g)).toHaveLength(1);
  await expect.poll(() => metric('finance_audit_queue_entries'), { timeout: 20_000 }).toBe(0);
});
