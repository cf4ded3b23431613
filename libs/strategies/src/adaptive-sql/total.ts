import { bases } from '@finance/domain';
import { named, basisColumns, passesFilter, personTouchedBy, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import type { PageQuery } from './page-query.ts';
import { probeTotal } from './probe.ts';
import type { Survey } from './survey.ts';
import type { UnitCosts } from './unit-costs.ts';
import { visibleKeys } from './visible-keys.ts';
import { peopleSet, visibilityTest } from './visibility-test.ts';

const namedSql = named('strategies/adaptive-sql/total');

/** The ways to an exact total of a limited scope; see docs/adr/0008. */
export const totalWays = ['total-union', 'total-records', 'total-lazy'] as const;

export type TotalWay = (typeof totalWays)[number];

/** Sets of ids above the server's default size would go to disk. SQLite reads a comment. */
const roomForSets = sql.raw('/*+ SET_VAR(tmp_table_size = 134217728) */');

/** Counts the visible funds that pass the filter, wherever the page is. */
export async function countVisible(
  session: SqlSession,
  query: PageQuery,
  survey: Survey,
  unit: UnitCosts,
  way?: TotalWay,
): Promise<number> {
  const all: PageQuery = { ...query, after: undefined };
  const { people, filter } = all;
  if (survey.probe && !way) return probeTotal(session, survey.probe.source, all);
  const { dialect } = session;
  const passes = sql`${passesFilter(filter, dialect)} AND ${dialect.whileCallerWaits(sql`f.fund_id`)}`;
  const chosen = way ?? cheapestTotal(survey, unit, Object.keys(filter).length > 0);
  const from = (() => {
    if (people === null) return sql`financial_funds f WHERE ${passes}`;
    switch (chosen) {
      case 'total-union': {
        const keys = visibleKeys(people, dialect);
        if (Object.keys(filter).length === 0) return sql`(${keys}) v`;
        return sql`(${keys}) v JOIN financial_funds f ON f.fund_id = v.fund_id WHERE ${passes}`;
      }
      case 'total-records':
        return sql`financial_funds f WHERE ${passes} AND ${visibilityTest('walk-records', people).condition}`;
      case 'total-lazy':
        return sql`financial_funds f WHERE ${passes} AND ${lazyTest(people)}`;
    }
  })();
  const [row] = await session.all(namedSql`SELECT ${roomForSets} COUNT(*) AS total FROM ${from}`);
  return Number(row!['total']);
}

/** Tests the bases one after the other and reads an order or customer only where those before did not decide. */
const lazyTest = (people: NonNullable<PageQuery['people']>): SQL =>
  sql`(${sql.join(
    bases.map((basis) => sql`${personTouchedBy(basis)} IN ${peopleSet(people)}`),
    sql` OR `,
  )})`;

/** By share of the funds: a union of what each basis yields, one scan with three sets, or one scan with lazy tests. */
export function cheapestTotal(
  { fundCount, recordCounts, matchShare }: Survey,
  unit: UnitCosts,
  isFiltered: boolean,
): TotalWay {
  const gathered = recordCounts.reduce((sum, count) => sum + count, 0);
  const links = bases.filter((basis) => basisColumns(basis).link).length;
  const undecided = Math.max(0, 1 - gathered / recordCounts.length / Math.max(1, fundCount));
  const tested = fundCount * matchShare;
  const costs: Record<TotalWay, number> = {
    'total-union': gathered * (unit.gatheredId + (isFiltered ? unit.rankedFund : 0)),
    'total-records': fundCount * unit.scannedRow + tested * unit.scannedRow + gathered * unit.recordInSet,
    'total-lazy': fundCount * unit.scannedRow + tested * undecided * links * unit.keyRead,
  };
  return totalWays.reduce((best, way) => (costs[way] < costs[best] ? way : best));
}
