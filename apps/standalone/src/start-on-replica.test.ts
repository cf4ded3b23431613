import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { PermissionService } from '@finance/contract/permission-service';
import { openDatabase, workspaceRoot } from '@finance/schema';
import { catchUp, insertDataSet, sampleCompany, withSourceAndReplica } from '@finance/testkit';
import { expect, it } from 'vitest';
import { startProcess } from './test-process.ts';

it('a service and the verification of the audit log start on a server that follows a source, and read; also where the replica lacks a trigger', async () => {
  const { source, replica } = await withSourceAndReplica();
  const database = openDatabase({ engine: 'mysql', url: source.url });
  await insertDataSet(database, sampleCompany(20, 30));
  await database.close();
  await catchUp(replica, source);
  const name = new URL(replica.url).pathname.slice(1);
  for (const statements of [
    [],
    ['SET GLOBAL super_read_only = OFF', `DROP TRIGGER ${name}.users_delete_org`, 'SET GLOBAL super_read_only = ON'],
  ]) {
    await replica.sql(...statements);
    const service = startProcess('standalone', { DATABASE_URL: replica.url, LOG_LEVEL: 'info' });
    try {
      const { grpc } = await service.serving;
      const client = createClient(PermissionService, createGrpcTransport({ baseUrl: `http://${grpc}` }));
      expect((await client.listUsers({ pageSize: 2 })).users).toHaveLength(2);
      await expect.poll(() => service.output()).toContain('the database refuses writes');
    } finally {
      service.kill('SIGTERM');
      await service.ended;
    }
    const verify = join(workspaceRoot, 'libs/audit/src/verify-main.ts');
    const verifying = promisify(execFile)(process.execPath, [verify], {
      env: { ...process.env, DATABASE_URL: replica.url },
    });
    expect((await verifying).stdout).toMatch(/^OK$/m);
  }
});
