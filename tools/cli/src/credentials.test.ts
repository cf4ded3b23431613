import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PermissionService } from '@finance/contract/permission-service';
import { createLogger, defineService, startServers } from '@finance/service-kit';
import { afterAll, expect, it } from 'vitest';
import { exitCodes } from './exit-codes.ts';
import { runFinance } from './testing/run-finance.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-cli-'));
const credentials = join(folder, 'credentials.json');
const entry = { subject: 'cli', capabilities: ['act-as-any-viewer'] };
writeFileSync(
  credentials,
  JSON.stringify([{ ...entry, keysSha256: [createHash('sha256').update('right').digest('hex')] }]),
);
const servers = await startServers({
  services: [defineService(PermissionService, { getUser: async () => ({ user: { userId: 2n, name: 'Ada' } }) })],
  config: { GRPC_PORT: 0, HTTP_PORT: 0, AUTH_MODE: 'keys', AUTH_CREDENTIALS_FILE: credentials, SHUTDOWN_GRACE_MS: 100 },
  log: createLogger({ name: 'test', level: 'silent' }),
});
afterAll(async () => {
  await servers.close();
  rmSync(folder, { recursive: true, force: true });
});
const get = (...more: string[]) =>
  runFinance(['users', 'get', '2', '--json', '--server', `http://${servers.grpcAddress}`, ...more]);

it('--token is the credential; without a right one the exit code is 4 and the line says what to do', async () => {
  expect((await get('--token', 'right')).code).toBe(exitCodes.ok);
  for (const more of [[], ['--token', 'wrong']]) {
    const { code, stderr } = await get(...more);
    expect([code, stderr]).toEqual([exitCodes.denied, expect.stringContaining('CREDENTIAL_INVALID')]);
    expect(stderr).toContain('--token or FINANCE_TOKEN');
  }
});

it('a file that cannot be read is wrong usage', async () => {
  const { code, stderr } = await get('--tls-ca', '/nowhere/ca.pem');
  expect([code, stderr]).toEqual([exitCodes.usage, expect.stringContaining('--tls-ca')]);
});
