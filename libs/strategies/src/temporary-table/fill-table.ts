import { bases } from '@finance/domain';
import { named, fundsTouching, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { idList } from '../shared/id-list.ts';
import { inBatches } from '../shared/in-batches.ts';
import { visibleFunds } from './table.ts';

const gather = named('strategies/temporary-table/gather');
const insertBatch = named('strategies/temporary-table/insert-batch');

/** The study's batch: ids in one IN list, and ids in one INSERT. */
const batchIds = 1_000;

/**
 * Puts the ids of all funds that touch the people into the table, each once. The ids come through the process
 * because INSERT … SELECT would read past the snapshot and lock what it reads (docs/adr/0004).
 */
export async function fillTable(session: SqlSession, people: readonly bigint[]): Promise<void> {
  for (const batch of inBatches(people, batchIds)) {
    for (const basis of bases) {
      const rows = await session.all(gather`SELECT f.fund_id FROM users p JOIN ${fundsTouching(basis, sql`p.id`)}
        WHERE p.id IN (${idList(batch)}) AND ${session.dialect.whileCallerWaits(sql`f.fund_id`)}`);
      for (const ids of inBatches(rows, batchIds)) {
        const values = ids.map((row) => `(${row['fund_id']})`).join(',');
        await session.run(
          insertBatch`${session.dialect.insertIgnore} INTO ${visibleFunds} (fund_id) VALUES ${sql.raw(values)}`,
        );
      }
    }
  }
}
