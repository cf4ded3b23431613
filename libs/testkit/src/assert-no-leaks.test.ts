import { describe, expect, it } from 'vitest';
import { assertNoLeaks } from './assert-no-leaks.ts';
import { withTestDatabases } from './test-databases.ts';

const databases = await withTestDatabases(import.meta.url);

describe.each(databases)('assertNoLeaks on $name', ({ name, database }) => {
  const connectionsMax = name === 'sqlite' ? 4 : 10;

  it('passes when every connection was given back, and fails while one is kept', async () => {
    await assertNoLeaks(database, connectionsMax);
    let giveBack: (() => void) | undefined;
    const kept = new Promise<void>((resolve) => {
      giveBack = resolve;
    });
    const holder = database.snapshot(new AbortController().signal, () => kept);
    await expect(assertNoLeaks(database, connectionsMax, 2_000)).rejects.toThrow(
      `only ${connectionsMax - 1} of ${connectionsMax}`,
    );
    giveBack!();
    await holder;
    await assertNoLeaks(database, connectionsMax);
  });
});
