import { insertDataSet, sampleCompany, withTestDatabases } from '@finance/testkit';
import { describe, expect, it } from 'vitest';
import { killUnderWrites } from './kill-under-writes.ts';

const databases = await withTestDatabases(import.meta.url);

describe.each(databases)('a server killed under writes, on $name', ({ database, target }) => {
  it('leaves an entry for every change and no entry without one', async () => {
    await insertDataSet(database, sampleCompany(10, 20));
    const databaseUrl = target.engine === 'mysql' ? target.url : `sqlite:${target.file}`;
    const { sent, acknowledged, changes, ...faults } = await killUnderWrites({
      databaseUrl,
      database,
      kills: 2,
      handlerUserId: 1n,
      firstFundId: 1_000_000n,
    });
    expect(faults).toEqual({
      kills: 2,
      changesWithoutEntry: 0,
      entriesWithoutChange: 0,
      acknowledgedButLost: 0,
      firstBad: undefined,
    });
    expect(acknowledged).toBeGreaterThan(0);
    expect(sent).toBeGreaterThanOrEqual(changes);
  });
});
