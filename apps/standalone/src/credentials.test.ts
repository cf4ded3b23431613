import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { generateDataSet } from '@finance/seeder';
import { insertDataSet, withTestDatabases } from '@finance/testkit';
import { afterAll, expect, it } from 'vitest';
import { startProcess, type TestProcess } from './test-process.ts';

const databases = await withTestDatabases(import.meta.url);
const company = generateDataSet({ profile: 'company', users: 20, records: 50, seed: 5 });
const folder = mkdtempSync(join(tmpdir(), 'finance-credentials-'));
const running: TestProcess[] = [];
afterAll(async () => {
  for (const each of running) each.kill('SIGKILL');
  await Promise.all(running.map((each) => each.ended));
  rmSync(folder, { recursive: true, force: true });
});

const start = (app: string, env: Record<string, string>): TestProcess => {
  const started = startProcess(app, env);
  running.push(started);
  return started;
};
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const keysSha256 = (key: string) => [createHash('sha256').update(key).digest('hex')];

it('a caller shows funds-service a credential of their own', async () => {
  const sqlite = databases.find(({ target }) => target.engine === 'sqlite');
  if (sqlite?.target.engine !== 'sqlite') throw new Error('there is always SQLite');
  await insertDataSet(sqlite.database, company);
  const AUTH_CREDENTIALS_FILE = file(
    'credentials.json',
    JSON.stringify([
      { subject: 'two', userId: '2', capabilities: ['act-as-self'], keysSha256: keysSha256('key_of_user_two') },
    ]),
  );
  const env = { DATABASE_URL: `sqlite:${sqlite.target.file}`, AUTH_MODE: 'keys', AUTH_CREDENTIALS_FILE };
  const funds = await start('funds-service', env).serving;
  const client = createClient(FundsService, createGrpcTransport({ baseUrl: `http://${funds.grpc}` }));
  const headers = { authorization: 'Bearer key_of_user_two' };
  expect((await client.listFunds({ viewerUserId: 2n }, { headers })).funds).not.toHaveLength(0);
  await expect(client.listFunds({ viewerUserId: 3n }, { headers })).rejects.toThrow('[permission_denied]');
  await expect(client.listFunds({ viewerUserId: 2n })).rejects.toThrow('[unauthenticated]');
});
