import { bases, type Scope } from '@finance/domain';
import { fundsTouching, isAmong, visibleInScope, type SqlSession } from '@finance/schema';
import { sqlStrategies } from '@finance/strategies';
import { sql } from 'drizzle-orm';

/** The funds of a limited scope by the rule's three bases, each basis alone: number of distinct funds by its name. */
export async function countByBasis(
  session: SqlSession,
  people: NonNullable<Scope['people']>,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const basis of bases) {
    const [row] = await session.all(sql`SELECT COUNT(DISTINCT f.fund_id) AS n
      FROM users p JOIN ${fundsTouching(basis, sql`p.id`)}
      WHERE ${isAmong(sql`p`, people)}`);
    counts[basis.name] = Number(row!['n']);
  }
  return counts;
}

/** All ids in ascending order as the strategy temporary-table finds them: one page that is large enough for all. */
export async function idsByTemporaryTable(session: SqlSession, scope: Scope, pageSize: number): Promise<bigint[]> {
  const { funds } = await sqlStrategies.get('temporary-table')!.listFunds(session, {
    scope,
    filter: {},
    order: { column: 'fund_id', descending: false },
    after: undefined,
    skip: 0,
    pageSize,
    withTotal: false,
  });
  return funds.map(({ fundId }) => fundId);
}

/** All ids in ascending order by the rule as one condition: the bases joined by OR, tested fund by fund. */
export async function idsByOr(session: SqlSession, scope: Scope): Promise<bigint[]> {
  const rows = await session.all(
    sql`SELECT f.fund_id FROM financial_funds f WHERE ${visibleInScope(scope)} ORDER BY f.fund_id`,
  );
  return rows.map((row) => row['fund_id'] as bigint);
}
