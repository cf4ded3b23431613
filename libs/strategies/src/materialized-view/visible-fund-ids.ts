import { bases, type Scope } from '@finance/domain';
import { named, fundsTouching, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { idList } from '../shared/id-list.ts';
import { inBatches } from '../shared/in-batches.ts';
import { peopleIds } from '../shared/people-ids.ts';

const namedSql = named('strategies/materialized-view/visible-fund-ids');

/** People in one IN list: keeps the rows in flight to some 10,000s, since each is an object. */
const batchPeople = 200;

/**
 * The ids of the funds that touch the people, each once, unordered. They go through the process because INSERT …
 * SELECT would lock what it reads (docs/adr/0004). Indexes: users_tree_left, the basis's column.
 */
export async function visibleFundIds(session: SqlSession, people: NonNullable<Scope['people']>): Promise<Set<bigint>> {
  const found = new Set<bigint>();
  for (const batch of inBatches(await peopleIds(session, people), batchPeople)) {
    for (const basis of bases) {
      const rows = await session.all(namedSql`SELECT f.fund_id FROM users p JOIN ${fundsTouching(basis, sql`p.id`)}
        WHERE p.id IN (${idList(batch)}) AND ${session.dialect.whileCallerWaits(sql`f.fund_id`)}`);
      for (const row of rows) found.add(row['fund_id'] as bigint);
    }
  }
  return found;
}
