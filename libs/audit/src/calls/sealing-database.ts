import type { Database } from '@finance/schema';
import { claimSealKey } from '../log/claim-seal-key.ts';
import type { Seals } from '../seals/seals.ts';

/**
 * The same database, which nothing is written to before {@link claimSealKey}: a process that starts while the database
 * refuses writes would seal with a key of its own later.
 */
export function sealingDatabase(database: Database, seals: Seals): Database {
  let isClaimed = false;
  return {
    ...database,
    transaction: async (signal, work) => {
      if (!isClaimed) await database.transaction(signal, (session) => claimSealKey(session, seals));
      isClaimed = true;
      return database.transaction(signal, work);
    },
  };
}
