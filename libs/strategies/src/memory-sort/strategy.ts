import { named, fundColumns, fundFromRow, type SqlSession } from '@finance/schema';
import type { PaginationStrategy } from '@finance/strategy-contract';
import { cutPage } from '../shared/cut-page.ts';
import { idList } from '../shared/id-list.ts';
import { loadPositions } from './load-positions.ts';

const namedSql = named('strategies/memory-sort');

/** Loads the sort value of every visible fund, then sorts, counts and cuts in the process. */
export const memorySort: PaginationStrategy<SqlSession> = {
  name: 'memory-sort',
  listFunds: async (session, request) => {
    const positions = await loadPositions(session, request);
    const { page, hasMore } = cutPage(positions, request);
    const ids = page.map((position) => position.fundId);
    const rows =
      ids.length === 0
        ? []
        : await session.all(
            namedSql`SELECT ${fundColumns(session.dialect)} FROM financial_funds f WHERE f.fund_id IN (${idList(ids)})`,
          );
    const byId = new Map(rows.map((row) => [row['fund_id'] as bigint, fundFromRow(row)]));
    return {
      funds: ids.map((id) => byId.get(id)!),
      hasMore,
      totalSize: request.withTotal ? positions.length : undefined,
    };
  },
};
