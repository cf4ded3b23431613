import type { Freshness } from '@finance/domain';
import type { Database } from '@finance/schema';

/** The database a read goes to. */
export type ChooseReader = (freshness: Freshness, signal: AbortSignal) => Promise<Database>;

/** A replica that needs longer to say where it stands is no gain over the primary. */
const replicaWaitMaxMs = 100;

/**
 * Sends reads that need not be the latest to replicas in turn: for a position, to one that has reached it; for `any`, to
 * one that answers. A replica that has not, is away or is slow is passed over; the primary is always good.
 */
export function createChooseReader(primary: Database, replicas: readonly Database[]): ChooseReader {
  let turn = 0;
  return async (freshness, signal) => {
    if (freshness.kind === 'latest') return primary;
    const first = (turn += 1);
    for (let i = 0; i < replicas.length; i += 1) {
      const replica = replicas[(first + i) % replicas.length]!;
      if (await isFreshEnough(replica, freshness, signal)) return replica;
    }
    return primary;
  };
}

async function isFreshEnough(
  replica: Database,
  freshness: Exclude<Freshness, { kind: 'latest' }>,
  signal: AbortSignal,
): Promise<boolean> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(replicaWaitMaxMs)]);
  try {
    if (freshness.kind === 'at-least') return (await replica.hasReached(patience, freshness.position)) === true;
    await replica.ping(patience);
    return true;
  } catch {
    return false;
  }
}
