import { bases } from '@finance/domain';
import {
  named,
  basisColumns,
  isAmong,
  orderBy,
  passesFilter,
  peopleCountOf,
  type Row,
  type SqlSession,
} from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { isAfterInIndex } from './index-range.ts';
import type { PageQuery } from './page-query.ts';
import { probeSources, type ProbeSource } from './probe.ts';
import { filterOfSort, fundsInOrder, isBeyondSort } from './sort-index.ts';

const namedSql = named('strategies/adaptive-sql/survey');

/** What the choice of a way is made from. Estimates: they decide about time, never about the answer. */
export interface Survey {
  /** Funds of the company, at least 1. */
  readonly fundCount: number;
  /** People in scope. */
  readonly peopleCount: number;
  /** For each basis, the records of people in scope: funds, orders, customers. */
  readonly recordCounts: readonly number[];
  /** Whether `recordCounts` are counted, not just the people's share. */
  readonly isCounted: boolean;
  /** The part of the sort's index, from 0 to 1, that passes the filter. */
  readonly matchShare: number;
  /** Only where funds are sorted by handler. */
  readonly handlers: HandlerSurvey | undefined;
  /** The filter's best index and how many funds it yields; undefined where all yield too many. */
  readonly probe: { readonly source: ProbeSource; readonly count: number } | undefined;
}

/** Where handlers lie in the order by handler. */
export interface HandlerSurvey {
  /** The least and the greatest id of a user. */
  readonly firstId: bigint;
  readonly lastId: bigint;
  /** Rows of the sort's index before the first whose handler is in scope, all of which are visible. */
  readonly rowsBefore: number;
}

/** Counts stop here: they take about 1 ms then, and ways that read that many rows are out of the race. */
const countMax = 4_000;
/** Ids from the start of the table that tell how dense ids are. */
const densitySample = 500;
/** Rows of the sort's index that tell how many pass a filter; takes below 1 ms. */
const filterSample = 300;
/** For so few people, records are counted in the first statement: that takes as long as another round trip. */
const fewPeople = 40;
/** Who leads a larger part of the company probably sees enough of the funds for a short walk; counted if not. */
const largeShare = 0.02;

const atMost = (rows: SQL): SQL => sql`(SELECT COUNT(*) FROM (SELECT 1 AS one FROM ${rows} LIMIT ${countMax}) counted)`;

/** Query `survey`: sizes of the company, and of what the filter's and the bases' indexes yield. */
export async function surveyOf(session: SqlSession, query: PageQuery): Promise<Survey> {
  const { people } = query;
  const sources = probeSources(query.filter, session.dialect);
  const inScope = people === null ? undefined : peopleCountOf(people);
  const isSmall = people !== null && inScope! <= fewPeople;
  const [row] = await session.all(
    namedSql`SELECT ${sql.join(
      [
        sql`(SELECT MAX(u.tree_left) FROM users u) AS last_rank`,
        sql`(SELECT MIN(f.fund_id) FROM financial_funds f) AS first_id`,
        sql`(SELECT MAX(f.fund_id) FROM financial_funds f) AS last_id`,
        sql`(SELECT f.fund_id FROM financial_funds f ORDER BY f.fund_id LIMIT 1 OFFSET ${densitySample}) AS sample_id`,
        ...sources.map(({ from, where }, i) => sql`${atMost(sql`${from} WHERE ${where}`)} AS ${sql.raw(`probe${i}`)}`),
        ...(isSmall ? recordCountColumns(people) : []),
        ...(people !== null && query.order.column === 'handler_user_id' ? nextHandlerColumns(people, query) : []),
      ],
      sql`, `,
    )}`,
  );
  const number = (name: string): number => Number(row![name] ?? 0);
  const probes = sources.map((source, i) => ({ source, count: number(`probe${i}`) })).sort((a, b) => a.count - b.count);
  const [first, last, sample] = [number('first_id'), number('last_id'), number('sample_id')];
  const fundCount = sample === 0 ? densitySample : ((last - first) / Math.max(1, sample - first)) * densitySample;
  const userCount = number('last_rank') + 1;
  const peopleCount = inScope ?? userCount;
  const guess = Math.min(1, peopleCount / userCount) * fundCount;
  const guessed: Survey = {
    fundCount,
    peopleCount,
    recordCounts: bases.map(() => guess),
    isCounted: people === null,
    matchShare: await matchShare(session, query),
    handlers: row!['first_user'] === undefined ? undefined : handlerSurvey(row!, query, fundCount),
    probe: probes[0] && probes[0].count < countMax ? probes[0] : undefined,
  };
  if (isSmall) return counted(guessed, row!);
  return peopleCount / userCount < largeShare ? withRecordCounts(session, query, guessed) : guessed;
}

/** Query `survey-records`: the survey with counts of the records of people in scope, from the bases' indexes. */
export async function withRecordCounts(session: SqlSession, { people }: PageQuery, survey: Survey): Promise<Survey> {
  if (people === null || survey.isCounted) return survey;
  const [row] = await session.all(namedSql`SELECT ${sql.join(recordCountColumns(people), sql`, `)}`);
  return counted(survey, row!);
}

function recordCountColumns(people: NonNullable<PageQuery['people']>): SQL[] {
  return bases.map((basis, i) => {
    const { link, personColumn } = basisColumns(basis);
    const rows = sql`users p JOIN ${link ? link.table : sql`financial_funds`} r ON r.${personColumn} = p.id
      WHERE ${isAmong(sql`p`, people)}`;
    return sql`${atMost(rows)} AS ${sql.raw(`records${i}`)}`;
  });
}

function counted(survey: Survey, row: Row): Survey {
  const recordCounts = survey.recordCounts.map((guess, i) => {
    const count = Number(row[`records${i}`]);
    return count < countMax ? count : Math.max(count, guess);
  });
  return { ...survey, recordCounts, isCounted: true };
}

function nextHandlerColumns(people: NonNullable<PageQuery['people']>, { after, order }: PageQuery): SQL[] {
  const beyond = after ? sql`AND p.id ${sql.raw(order.descending ? '<=' : '>=')} ${after.value}` : sql``;
  return [
    sql`(SELECT MIN(u.id) FROM users u) AS first_user`,
    sql`(SELECT MAX(u.id) FROM users u) AS last_user`,
    sql`(SELECT ${sql.raw(order.descending ? 'MAX' : 'MIN')}(p.id) FROM users p
      WHERE ${isAmong(sql`p`, people)} ${beyond}) AS next_handler`,
  ];
}

/** Rows by the share of the ids of all users from the place to the next handler in scope, or to the end without one. */
function handlerSurvey(row: Row, { after, order }: PageQuery, fundCount: number): HandlerSurvey {
  const [first, last] = [Number(row['first_user']), Number(row['last_user'])];
  const [start, end] = order.descending ? [last, first] : [first, last];
  const next = row['next_handler'] === null ? end : Number(row['next_handler']);
  const share = Math.min(1, Math.abs(next - Number(after?.value ?? start)) / Math.max(1, last - first));
  return { firstId: BigInt(first), lastId: BigInt(last), rowsBefore: share * fundCount };
}

/** Query `survey-filter`: how many of the next rows of the sort's index pass the filter. */
async function matchShare(session: SqlSession, { after, filter, order }: PageQuery): Promise<number> {
  const { dialect } = session;
  if (!isBeyondSort(filter, order.column)) return 1;
  const ofSort = filterOfSort(filter, order.column);
  const place = after ? sql`AND ${isAfterInIndex(after, order, dialect)}` : sql``;
  const [row] = await session.all(namedSql`SELECT COUNT(*) AS seen, COALESCE(SUM(s.passes), 0) AS passing
    FROM (SELECT CASE WHEN ${passesFilter(filter, dialect)} THEN 1 ELSE 0 END AS passes
      FROM ${fundsInOrder(order.column, dialect)} WHERE ${passesFilter(ofSort, dialect)} ${place}
      ORDER BY ${orderBy(order, dialect)} LIMIT ${filterSample}) s`);
  return (Number(row!['passing']) + 0.5) / (Number(row!['seen']) + 1);
}
