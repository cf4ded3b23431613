import type { SeedParameters, StoredTarget } from '@finance/seeder';
import { withConnection } from '@finance/seeder';
import type { DatabaseFacts } from '../result-types.ts';

/** What a database is and holds. @param generated the parameters it was filled with, when they are known */
export function describeDatabase(target: StoredTarget, generated: SeedParameters | null): Promise<DatabaseFacts> {
  return withConnection(target, async (connection) => {
    const one = async (query: string) => Object.values((await connection.all(query))[0]!)[0];
    return {
      engine: target.engine,
      version: String(await one(target.engine === 'mysql' ? 'SELECT VERSION() AS v' : 'SELECT sqlite_version() AS v')),
      records: Number(await one('SELECT COUNT(*) AS n FROM financial_funds')),
      users: Number(await one('SELECT COUNT(*) AS n FROM users')),
      profile: generated?.profile ?? null,
      seed: generated?.seed ?? null,
    };
  });
}
