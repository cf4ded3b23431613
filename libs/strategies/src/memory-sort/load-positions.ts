import { bases, type FundPosition } from '@finance/domain';
import { named, fundsTouching, passesFilter, type Row, type SqlSession } from '@finance/schema';
import type { FundPageRequest } from '@finance/strategy-contract';
import { sql } from 'drizzle-orm';
import { idList } from '../shared/id-list.ts';
import { inBatches } from '../shared/in-batches.ts';
import { peopleIds } from '../shared/people-ids.ts';
import { positionColumns, positionFromRow } from '../shared/position-from-row.ts';

const namedSql = named('strategies/memory-sort/load-positions');

/** People in one IN list: keeps the rows in flight to some 10,000s, since each is an object. */
const batchPeople = 200;
/** Funds in one read of the whole table. */
const batchFunds = 50_000;

/** The places of all visible funds that pass the filter, each once, unordered. */
export async function loadPositions(session: SqlSession, request: FundPageRequest): Promise<FundPosition[]> {
  const { scope, filter, order } = request;
  const columns = positionColumns(order.column, session.dialect);
  const matching = sql`${passesFilter(filter, session.dialect)} AND ${session.dialect.whileCallerWaits(sql`f.fund_id`)}`;
  const toPosition = positionFromRow(order.column);

  if (scope.people === null) {
    const all: FundPosition[] = [];
    for (let last: bigint | undefined; ;) {
      const beyond = last === undefined ? sql`` : sql`AND f.fund_id > ${last}`;
      const rows: Row[] = await session.all(namedSql`SELECT ${columns} FROM financial_funds f
        WHERE ${matching} ${beyond} ORDER BY f.fund_id LIMIT ${batchFunds}`);
      for (const row of rows) all.push(toPosition(row));
      if (rows.length < batchFunds) return all;
      last = all[all.length - 1]!.fundId;
    }
  }

  const found = new Map<bigint, FundPosition>();
  for (const batch of inBatches(await peopleIds(session, scope.people), batchPeople)) {
    for (const basis of bases) {
      const rows = await session.all(namedSql`SELECT ${columns} FROM users p JOIN ${fundsTouching(basis, sql`p.id`)}
        WHERE p.id IN (${idList(batch)}) AND ${matching}`);
      for (const row of rows) found.set(row['fund_id'] as bigint, toPosition(row));
    }
  }
  return [...found.values()];
}
