import type { Row, SqlSession } from '@finance/schema';
import { microsFor, rankWays, rowsWithin, steadyWay, type WayCost } from './cost-model.ts';
import { gather } from './gather.ts';
import type { PageQuery } from './page-query.ts';
import { probe } from './probe.ts';
import { scan } from './scan.ts';
import { isBeyondSort, isSortedByKeys } from './sort-index.ts';
import { withRecordCounts, type Survey } from './survey.ts';
import type { UnitCosts } from './unit-costs.ts';
import { placeAfterRows } from './walk-bound.ts';
import { walk } from './walk.ts';
import { isWalkWay, type Way } from './way.ts';

/** How a page is found; the options exist for tests and measurements. */
export interface FindOptions {
  readonly unit: UnitCosts;
  /** Only this way, where it can answer. */
  readonly only?: Way | undefined;
  /** Rows of each stretch of an index; by default from the expected length. */
  readonly stretchRows?: number | undefined;
  /** Told each way that was taken, in order, with its expected cost. */
  readonly onWay?: ((cost: WayCost) => void) | undefined;
}

/** Fewer rows are not worth a statement. */
const stretchRowsMin = 200;
/** A walk may have been in vain; it is begun only when it promises to take at most this part of the steady way. */
const worthShare = 0.75;
/** A stretch that was not enough is followed by one that is this much longer. */
const stretchGrowth = 4;
/** Funds to skip are found and dropped in the process up to this; beyond, one statement skips them. */
const skipInProcessMax = 1_000;

/**
 * The rows of a page, by the cheapest way. An index is read in stretches and given up for the cheapest steady way once
 * it has cost as much as that: visible funds at the far end at most about double the time of the better way.
 */
export async function findRows(
  session: SqlSession,
  query: PageQuery,
  firstSurvey: Survey,
  options: FindOptions,
): Promise<Row[]> {
  if (query.skip > skipInProcessMax) {
    const [best] = rank(firstSurvey, query, options);
    options.onWay?.(best!);
    return rowsBy(session, best!.way, query, firstSurvey);
  }
  const found: Row[] = [];
  let rest: PageQuery = { ...query, skip: 0, rowsMax: query.skip + query.rowsMax };
  let survey = firstSurvey;
  let spentMicros = 0;
  for (let stretch = 0; ; stretch += 1) {
    const ranked = rank(survey, rest, options);
    const [best] = ranked;
    const steady = steadyWay(ranked) ?? best!;
    const affordableRows = options.only ? Infinity : rowsWithin(best!, steady.micros - spentMicros);
    const isWorthTrying = best!.micros < steady.micros * worthShare || options.only;
    if (!isWalkWay(best!.way) || !isWorthTrying || affordableRows < stretchRowsMin) {
      options.onWay?.(steady);
      return [...found, ...(await rowsBy(session, steady.way, rest, survey))].slice(query.skip);
    }
    options.onWay?.(best!);
    const expectedRows = Math.max(stretchRowsMin, best!.stretchRows * stretchGrowth ** stretch);
    const length = options.stretchRows ?? Math.ceil(Math.min(affordableRows, expectedRows));
    const until = await placeAfterRows(session, rest, survey, length);
    found.push(...(await rowsBy(session, best!.way, { ...rest, until }, survey)));
    const missing = query.skip + query.rowsMax - found.length;
    if (!until || missing === 0) return found.slice(query.skip);
    rest = { ...rest, after: until, rowsMax: missing };
    spentMicros += microsFor(best!, length);
    survey = await withRecordCounts(session, query, survey);
  }
}

function rank(survey: Survey, query: PageQuery, { only, unit }: FindOptions): WayCost[] {
  const ranked = rankWays(
    {
      survey,
      rowsWanted: query.skip + query.rowsMax,
      isLimited: query.people !== null,
      isFiltered: isBeyondSort(query.filter, query.order.column),
      isSortedByKeys: isSortedByKeys(query),
    },
    unit,
  );
  const forced = ranked.filter(({ way }) => way === only);
  return forced.length > 0 ? forced : ranked;
}

function rowsBy(session: SqlSession, way: Way, query: PageQuery, { probe: best }: Survey): Promise<Row[]> {
  const { people } = query;
  if (way === 'probe' && best) return probe(session, best.source, query);
  if (way === 'gather' && people) return gather(session, people, query);
  if (!isWalkWay(way)) return scan(session, query);
  return walk(session, way, query);
}
