import { fundColumns, orderBy, type Row, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { positionOf, type FundPosition } from '@finance/domain';
import { fundFromRow } from '@finance/schema';
import { rankWays, rowsWorth, steadyWay, type WayCost } from './cost-model.ts';
import { gather } from './gather.ts';
import { matching, type PageQuery } from './page-query.ts';
import { probe } from './probe.ts';
import { sift } from './sift.ts';
import { filterOfSort } from './sort-index.ts';
import { withRecordCounts, type Survey } from './survey.ts';
import type { UnitCosts } from './unit-costs.ts';
import { placeAfterRows } from './walk-bound.ts';
import { walk } from './walk.ts';
import { isWalk, type Way } from './way.ts';

/** How a page is found; the options exist for tests and measurements. */
export interface FindOptions {
  readonly unit: UnitCosts;
  /** Only this way, where it can answer. */
  readonly only?: Way;
  /** Rows of the first stretch of a walk; by default from its expected length. */
  readonly stretchRows?: number;
  /** Told each way that was taken, in order. */
  readonly onWay?: (way: Way) => void;
}

/** Stretches of a walk below this are not worth a statement. */
const stretchRowsMin = 200;
/** A first stretch of so many times the expected rows is enough but for skewed data. */
const stretchMargin = 2;
const stretchGrowth = 4;

/**
 * The rows of a page, by the cheapest way. A walk goes in stretches and is given up for the cheapest steady way once it
 * has cost as much as that: bad luck at most about doubles the time of the better one.
 */
export async function findRows(
  session: SqlSession,
  query: PageQuery,
  firstSurvey: Survey,
  options: FindOptions,
): Promise<Row[]> {
  // Rows to skip are found and dropped here, so that a stretch can go on where the last one ended.
  const rowsWanted = query.skip + query.rowsMax;
  const found: Row[] = [];
  let survey = firstSurvey;
  let after = query.after;
  let spentMicros = 0;
  for (let stretch = 0; ; stretch += 1) {
    const rest: PageQuery = { ...query, after, skip: 0, rowsMax: rowsWanted - found.length };
    const ranked = rank(survey, rest, options);
    const best = ranked[0]!;
    const { way } = best;
    const steady = steadyWay(ranked) as WayCost | undefined;
    const affordable = steady ? rowsWorth(best, { ...steady, micros: steady.micros - spentMicros }) : Infinity;
    if (!isWalk(way) || (steady && !options.only && affordable < Math.min(best.rowsWalked, stretchRowsMin))) {
      const last = isWalk(way) ? steady!.way : way;
      options.onWay?.(last);
      return [...found, ...(await rowsBy(session, last, rest, survey))].slice(query.skip);
    }
    options.onWay?.(way);
    const length = stretchLength(best, affordable, stretch, options);
    const until: FundPosition | undefined = length === undefined ? undefined : await placeAfterRows(session, rest, length);
    found.push(...(await walk(session, way, rest, until)));
    if (!until || found.length >= rowsWanted) return found.slice(query.skip);
    after = until;
    spentMicros += best.setUpMicros + (length! * (best.micros - best.setUpMicros)) / Math.max(1, best.rowsWalked);
    survey = await withRecordCounts(session, query, survey);
  }
}
