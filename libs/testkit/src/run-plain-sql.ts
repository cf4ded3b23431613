import type { Database } from '@finance/schema';
import { sql } from 'drizzle-orm';

/** Writes as somebody who knows nothing of our code: statements as text, in one transaction. */
export async function runPlainSql(database: Database, ...statements: readonly string[]): Promise<void> {
  await database.transaction(new AbortController().signal, async (session) => {
    for (const statement of statements) await session.run(sql.raw(statement));
  });
}
