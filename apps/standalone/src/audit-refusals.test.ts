import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { argumentsHash } from '@finance/api';
import { verifyLog, type AuditReads } from '@finance/audit';
import { AuditKind, type AuditEntry } from '@finance/contract/audit-service';
import { FundsService } from '@finance/contract/funds-service';
import { generateDataSet } from '@finance/seeder';
import { insertDataSet, withTestDatabases } from '@finance/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from './test-service.ts';

const databases = await withTestDatabases(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'finance-refusals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const credential = (subject: string, capability: string, more: object = {}) => ({
  subject,
  capabilities: [capability],
  keysSha256: [createHash('sha256').update(`key_of_${subject}`).digest('hex')],
  ...more,
});
const AUTH_CREDENTIALS_FILE = join(folder, 'credentials.json');
writeFileSync(
  AUTH_CREDENTIALS_FILE,
  JSON.stringify([
    credential('auditor', 'read-audit'),
    credential('prometheus', 'read-metrics'),
    credential('ada', 'act-as-self', { userId: '7' }),
  ]),
);
const as = (subject: string, requestId?: string) => ({
  headers: { authorization: `Bearer key_of_${subject}`, ...(requestId && { 'x-request-id': requestId }) },
});
const listFunds = 'finance.funds.v1.FundsService/ListFunds';
const turnedAway = (call: Promise<unknown>, code: string) => expect(call).rejects.toThrow(`[${code}]`);

describe.each(databases)('calls turned away, in the audit log on $name', ({ database }) => {
  const started: TestService[] = [];
  const start = async (reads: AuditReads) => {
    const service = await startTestService(database, { reads, config: { AUTH_MODE: 'keys', AUTH_CREDENTIALS_FILE } });
    started.push(service);
    return service.clients;
  };
  beforeAll(() => insertDataSet(database, generateDataSet({ profile: 'company', users: 20, records: 50, seed: 5 })));
  afterAll(() => Promise.all(started.map(({ servers }) => servers.close())));

  /** What is on record but the auditor's own questions and the server's stops. */
  const entries = async ([clients]: TestService['clients']): Promise<AuditEntry[]> => {
    const page = await clients!.audit.listAuditEntries({ pageSize: 1_000 }, as('auditor'));
    return page.entries.filter(({ caller }) => caller !== 'auditor' && caller !== 'test');
  };

  it('no credential, a missing capability and a foreign viewer are on record before the caller is told', async () => {
    const service = await start('sync');
    for (const { protocol, funds } of service) {
      const known = (await entries(service)).length;
      const added = async () => (await entries(service)).slice(known);
      const common = { kind: AuditKind.CALL, callerAddress: expect.stringMatching(/^127\.0\.0\.1:[1-9]\d*$/) };

      await turnedAway(funds.listFunds({ viewerUserId: 7n }, as('nobody', `${protocol}-1`)), 'unauthenticated');
      await turnedAway(funds.deleteFund({ fundId: 1n }, as('ada', `${protocol}-2`)), 'permission_denied');
      expect(await added()).toMatchObject([
        { ...common, rpc: listFunds, caller: '', requestId: `${protocol}-1`, outcome: 'CREDENTIAL_INVALID' },
        {
          ...common,
          rpc: 'finance.funds.v1.FundsService/DeleteFund',
          caller: 'ada',
          requestId: `${protocol}-2`,
          outcome: 'CAPABILITY_MISSING',
        },
      ]);
      // Their requests were not read.
      const unread = (await added()).map(({ argumentsHash: hash, viewerUserId }) => [hash, viewerUserId]);
      expect(unread).toEqual([
        ['', undefined],
        ['', 7n],
      ]);

      const request = { viewerUserId: 3n, pageSize: 5 };
      await turnedAway(funds.listFunds(request, as('ada', `${protocol}-3`)), 'permission_denied');
      await turnedAway(
        funds.exportFunds({ viewerUserId: 3n }, as('ada'))[Symbol.asyncIterator]().next(),
        'permission_denied',
      );
      expect((await added()).slice(2)).toMatchObject([
        {
          ...common,
          rpc: listFunds,
          caller: 'ada',
          requestId: `${protocol}-3`,
          outcome: 'CAPABILITY_MISSING',
          viewerUserId: 3n,
          argumentsHash: argumentsHash(
            FundsService.method.listFunds,
            create(FundsService.method.listFunds.input, request),
          ),
        },
        { ...common, rpc: 'finance.funds.v1.FundsService/ExportFunds', caller: 'ada', viewerUserId: 3n },
      ]);
    }
  });

  it('a refusal tells for whom it was asked, whatever the request calls them', async () => {
    const service = await start('sync');
    const [{ permission }] = service as [TestService['clients'][number]];
    const known = (await entries(service)).length;
    await turnedAway(permission.getUser({ userId: 3n }, as('ada')), 'permission_denied');
    await turnedAway(permission.listSubordinates({ userId: 4n }, as('ada')), 'permission_denied');
    await turnedAway(permission.moveUser({ userId: 5n }, as('ada')), 'permission_denied');
    const added = (await entries(service)).slice(known);
    expect(added.map(({ rpc, viewerUserId }) => [rpc.split('/')[1], viewerUserId])).toEqual([
      ['GetUser', 3n],
      ['ListSubordinates', 4n],
      ['MoveUser', 7n],
    ]);
  });

  it('who reads a page is on record once, who is refused one each time', async () => {
    const service = await start('sync');
    const [{ servers }] = started.slice(-1) as [TestService];
    const known = (await entries(service)).length;
    const read = async (subject?: string) =>
      (await fetch(`${servers.httpUrl}/metrics`, subject === undefined ? {} : as(subject))).status;
    expect([await read(), await read('ada'), await read('prometheus'), await read('prometheus')]).toEqual([
      401, 403, 200, 200,
    ]);
    const added = async () =>
      (await entries(service)).slice(known).map(({ rpc, caller, outcome }) => [rpc, caller, outcome]);
    await expect.poll(added, { timeout: 10_000 }).toEqual([
      ['/metrics', '', 'CREDENTIAL_INVALID'],
      ['/metrics', 'ada', 'CAPABILITY_MISSING'],
      ['/metrics', 'prometheus', 'OK'],
    ]);
  });

  it('a flood of strangers gets few entries and its number, and pushes out nobody', async () => {
    const service = await start('async');
    const [{ funds }] = service as [TestService['clients'][number]];
    const known = (await entries(service)).length;
    const flood = 300;
    await Promise.all(
      Array.from({ length: flood }, () => turnedAway(funds.listFunds({ viewerUserId: 7n }), 'unauthenticated')),
    );
    await funds.listFunds({ viewerUserId: 7n }, as('ada', 'beside-the-flood'));
    await turnedAway(funds.deleteFund({}, as('ada', 'of-a-known-caller')), 'permission_denied');
    const added = async () => (await entries(service)).slice(known);
    const told = async () => {
      const ofStrangers = (await added()).filter(({ outcome }) => outcome === 'CREDENTIAL_INVALID');
      return ofStrangers.reduce((sum, { resultCount = 1n }) => sum + Number(resultCount), 0);
    };
    await expect.poll(told, { timeout: 20_000 }).toBe(flood);
    const all = await added();
    expect(all.filter(({ kind }) => kind === AuditKind.LOST)[0]).toMatchObject({ caller: '', rpc: '' });
    // A slow machine spreads the flood over some seconds.
    expect(all.length).toBeLessThan(flood / 2);
    const ids = all.map(({ requestId }) => requestId);
    expect(ids).toEqual(expect.arrayContaining(['beside-the-flood', 'of-a-known-caller']));
    expect((await verifyLog(database, {}, new AbortController().signal)).firstBad).toBeUndefined();
  });

  it('off records none of them', async () => {
    const service = await start('off');
    const [{ funds }] = service as [TestService['clients'][number]];
    const known = (await entries(service)).length;
    await turnedAway(funds.listFunds({}), 'unauthenticated');
    await turnedAway(funds.listFunds({ viewerUserId: 3n }, as('ada')), 'permission_denied');
    for (const { servers } of started.splice(0)) await servers.close();
    expect((await entries(await start('off'))).slice(known)).toEqual([]);
  });
});
