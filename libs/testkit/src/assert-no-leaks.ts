import type { Database } from '@finance/schema';

/** A returned connection is lent at once; opening the rest of a pool takes well under a second. */
const defaultLendTimeoutMs = 5_000;

/**
 * Passes when `connectionsMax` snapshots can be held at the same time and then a transaction can be run, so that
 * nobody has kept a connection.
 * @throws Error that tells how many could be lent
 */
export async function assertNoLeaks(
  database: Database,
  connectionsMax: number,
  lendTimeoutMs = defaultLendTimeoutMs,
): Promise<void> {
  const giveUp = AbortSignal.timeout(lendTimeoutMs);
  let lent = 0;
  let release: (() => void) | undefined;
  const allLent = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holders = Array.from({ length: connectionsMax }, () =>
    database.snapshot(giveUp, async () => {
      lent += 1;
      if (lent === connectionsMax) release!();
      await allLent;
    }),
  );
  const ends = await Promise.allSettled(holders);
  release!();
  if (ends.some((end) => end.status === 'rejected')) {
    throw new Error(`connection leak: only ${lent} of ${connectionsMax} ${database.dialect.name} connections are free`);
  }
  await database.transaction(giveUp, async () => undefined);
}
