import { bases, type Basis, type FundPosition, type People } from '@finance/domain';
import { named, fundsTouching, isAmong, passesFilter, type Database, type Row, type SqlSession } from '@finance/schema';
import type { FundPageRequest, PaginationStrategy } from '@finance/strategy-contract';
import { sql } from 'drizzle-orm';
import { addPositions, pageOfPositions } from '../shared/fund-positions.ts';
import { pageOfFunds } from '../shared/page-of-funds.ts';
import { positionColumns } from '../shared/position-from-row.ts';
import { withSameSnapshot } from './same-snapshot.ts';

const namedSql = named('strategies/parallel');

/**
 * The three bases on three connections, merged, sorted and cut in the process. The request's own session is one of
 * them; the others come from `database`, which must be the session's. Where they are not to be had at the same state
 * at once (see {@link withSameSnapshot}), the bases are read one after the other on the one session.
 */
export function createParallel(database: Database): PaginationStrategy<SqlSession> {
  return {
    name: 'parallel',
    listFunds: async (session, request) => {
      const { people } = request.scope;
      if (people === null) return pageOfFunds(session, sql`financial_funds f`, request);
      const read = (connection: SqlSession, basis: Basis) => readBasis(connection, basis, people, request);

      const found = new Map<bigint, FundPosition>();
      const add = (rows: readonly Row[]) => addPositions(found, rows, request.order.column);
      const [first, ...others] = bases;
      const inParallel = await withSameSnapshot(database, session, others.length, (companions) =>
        Promise.all([read(session, first!), ...others.map((basis, i) => read(companions[i]!, basis))]),
      );
      if (inParallel) inParallel.forEach(add);
      else for (const basis of bases) add(await read(session, basis));
      return pageOfPositions(session, found, request);
    },
  };
}

/** Indexes: users_tree_left, then the basis's column. */
function readBasis(
  session: SqlSession,
  basis: Basis,
  people: People,
  { filter, order }: FundPageRequest,
): Promise<Row[]> {
  const { dialect } = session;
  return session.all(namedSql`SELECT ${positionColumns(order.column, dialect)}
    FROM users p JOIN ${fundsTouching(basis, sql`p.id`)}
    WHERE ${isAmong(sql`p`, people)}
      AND ${passesFilter(filter, dialect)} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`);
}
