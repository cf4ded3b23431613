import type { DomainError } from '@finance/domain';
import { resolveScope } from '@finance/store';
import { insertDataSet, planCompany, withTestDatabases } from '@finance/testkit';
import { expect, it } from 'vitest';
import { checkStatementBytes } from './statement-bytes.ts';
import { inList } from './strategy.ts';

const databases = await withTestDatabases(import.meta.url);
const { signal } = new AbortController();

it.each(databases)('on $name it works up to the longest statement, and then says why not', async ({ database }) => {
  await insertDataSet(database, planCompany);
  await database.snapshot(signal, async (session) => {
    const scope = await resolveScope(session, 1n);
    const request = { scope, filter: {}, order: { column: 'fund_id', descending: false } } as const;
    const page = await inList.listFunds(session, {
      ...request,
      after: undefined,
      skip: 0,
      pageSize: 5,
      withTotal: true,
    });
    expect(page.totalSize).toBeGreaterThan(0);

    await expect(checkStatementBytes(session, 1_000_000)).resolves.toBeUndefined();
    await expect(checkStatementBytes(session, 1_000_000_000)).rejects.toThrow(
      expect.objectContaining({
        reason: 'OVERLOADED',
        message: expect.stringContaining('choose another strategy'),
      }) as DomainError,
    );
  });
});
