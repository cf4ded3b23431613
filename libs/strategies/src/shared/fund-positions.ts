import type { FundPosition, FundSortColumn } from '@finance/domain';
import { named, fundColumns, fundFromRow, type Row, type SqlSession } from '@finance/schema';
import type { FundPage, FundPageRequest } from '@finance/strategy-contract';
import { cutPage } from './cut-page.ts';
import { idList } from './id-list.ts';
import { positionFromRow } from './position-from-row.ts';

const namedSql = named('strategies/fund-positions');

/** Adds the places of rows of `positionColumns` to `found`, each fund once. */
export function addPositions(found: Map<bigint, FundPosition>, rows: readonly Row[], column: FundSortColumn): void {
  const toPosition = positionFromRow(column);
  for (const row of rows) {
    const position = toPosition(row);
    found.set(position.fundId, position);
  }
}

/** Sorts, counts and cuts in the process; reads whole funds only for the page, by primary key. */
export async function pageOfPositions(
  session: SqlSession,
  found: ReadonlyMap<bigint, FundPosition>,
  request: FundPageRequest,
): Promise<FundPage> {
  const { page, hasMore } = cutPage([...found.values()], request);
  const ids = page.map((position) => position.fundId);
  const rows =
    ids.length === 0
      ? []
      : await session.all(
          namedSql`SELECT ${fundColumns(session.dialect)} FROM financial_funds f WHERE f.fund_id IN (${idList(ids)})`,
        );
  const byId = new Map(rows.map((row) => [row['fund_id'] as bigint, fundFromRow(row)]));
  return { funds: ids.map((id) => byId.get(id)!), hasMore, totalSize: request.withTotal ? found.size : undefined };
}
