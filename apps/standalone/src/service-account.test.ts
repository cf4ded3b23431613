import { verifyLog } from '@finance/audit';
import { FundStatus } from '@finance/contract/fund';
import { PaginationStrategy } from '@finance/contract/funds-service';
import { grantServiceRights, openMysql } from '@finance/schema';
import { generateDataSet } from '@finance/seeder';
import { insertDataSet, runPlainSql, withTestDatabases } from '@finance/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestService } from './test-service.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

describe.each(databases.filter(({ name }) => name === 'mysql'))(
  'the account of the services',
  ({ database, target }) => {
    it('serves every kind of call, adds to the audit log, and cannot alter what the log holds', async () => {
      if (target.engine !== 'mysql') throw new Error('only MySQL has accounts');
      await insertDataSet(database, generateDataSet({ profile: 'company', users: 20, records: 50, seed: 5 }));
      const account = `service_${process.pid}`;
      const byRoot = (statement: string) => runPlainSql(database, statement);
      await byRoot(`CREATE USER '${account}'@'%' IDENTIFIED BY 'secret'`);
      onTestFinished(() => byRoot(`DROP USER '${account}'@'%'`));
      await grantServiceRights(target.url, account);
      const own = openMysql(Object.assign(new URL(target.url), { username: account, password: 'secret' }).href);
      onTestFinished(() => own.close());

      const service = await startTestService(own, { reads: 'sync' });
      const { funds, permission, audit } = service.clients[0]!;
      const page = await funds.listFunds({ viewerUserId: 1n, strategy: PaginationStrategy.TEMPORARY_TABLE });
      const [like] = page.funds;
      const made = await funds.createFund({
        fund: { amountCents: 1n, currencyCode: 'EUR', status: FundStatus.PENDING, handlerUserId: like!.handlerUserId },
      });
      await funds.deleteFund({ fundId: made.fund!.fundId });
      await permission.updateUser({ user: { userId: 20n, name: 'Other' }, updateMask: { paths: ['name'] } });
      await permission.moveUser({ userId: 20n, newParentUserId: 1n });
      const entryCount = async () => (await audit.listAuditEntries({ pageSize: 100 })).entries.length;
      await expect.poll(entryCount).toBeGreaterThan(3);
      await service.servers.close();

      const denied = [
        "UPDATE audit_log SET caller = 'nobody'",
        'DELETE FROM audit_log',
        'DELETE FROM audit_state',
        "UPDATE audit_pending SET entry = ''",
        'DROP TABLE audit_log',
        'CREATE TRIGGER hide AFTER INSERT ON audit_pending FOR EACH ROW DELETE FROM audit_pending',
      ];
      for (const statement of denied) await expect(runPlainSql(own, statement)).rejects.toThrow(/command denied|SUPER/);
      expect((await verifyLog(database, {}, signal)).firstBad).toBeUndefined();
    });

    it('is named plainly, or nothing is granted', async () => {
      if (target.engine !== 'mysql') throw new Error('only MySQL has accounts');
      await expect(grantServiceRights(target.url, "x'; DROP")).rejects.toThrow('is no account');
    });
  },
);
