import { DomainError } from '@finance/domain';
import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { isOrgTrigger, missingTriggers, triggersQuery } from './triggers.ts';

/**
 * Makes SQL find people by `parent_id` where the triggers on users are not as this release makes them: they go when a
 * table is swapped or a dump is restored without them, and nobody would notice changes by plain SQL.
 */
export async function distrustUnwatchedTree(database: Database): Promise<void> {
  const { signal } = new AbortController();
  const engine = database.dialect.name;
  // Whatever a server that follows a source is behind, its triggers are its own.
  const rows = await database.snapshot(signal, (session) => session.all(sql.raw(triggersQuery[engine])), {
    kind: 'any',
  });
  if (![...missingTriggers({ engine }, rows).keys()].some(isOrgTrigger)) return;
  try {
    await database.transaction(signal, (session) =>
      session.run(sql`UPDATE org_state SET tree_in_step = 0 WHERE id = 1 AND tree_in_step = 1`),
    );
  } catch (error) {
    // Where nobody writes, a replica's source keeps the flag.
    if (!(error instanceof DomainError && error.reason === 'DATABASE_READ_ONLY')) throw error;
  }
}
