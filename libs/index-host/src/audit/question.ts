import {
  fundSortColumns,
  fundStatuses,
  positionOf,
  type Fund,
  type FundFilter,
  type FundOrder,
  type FundSummaryGroup,
} from '@finance/domain';
import type { IndexPageRequest } from '@finance/live-index';
import { fundColumns, fundFromRow, type Row, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import type { Random } from './random.ts';

/** Something to be asked of the index and of SQL. */
export type AuditQuestion =
  | { readonly kind: 'page'; readonly request: IndexPageRequest }
  /** Which of these funds the viewer may see. */
  | { readonly kind: 'access'; readonly viewerUserId: bigint; readonly fundIds: readonly bigint[] }
  | {
      readonly kind: 'summary';
      readonly viewerUserId: bigint;
      readonly filter: FundFilter;
      readonly groupBy: FundSummaryGroup;
    }
  /** Who may see the fund. */
  | { readonly kind: 'viewers'; readonly fundId: bigint };

/** Pages cost most to get right, so most questions are about them. */
const kinds = ['page', 'page', 'page', 'access', 'summary', 'viewers'] as const;
const groups = ['none', 'status', 'handler_department', 'month'] as const;
const checkedFunds = 50;
const pageSizeMax = 50;
/** A range around a fund's value that a part of the funds fall into. */
const amountSpreadCents = 100_000_00;
const createdSpreadMicros = 90 * 86_400 * 1_000_000;
/** Deeper SQL has to read what it skips. */
const skipMax = 20_000;

/** A random question about a random viewer and around random funds; undefined for a company without people. */
export async function sampleQuestion(session: SqlSession, random: Random): Promise<AuditQuestion | undefined> {
  const viewerUserId = await sampleViewer(session, random);
  if (viewerUserId === undefined) return undefined;
  const funds = await sampleFunds(session, random);
  const [fund] = funds;
  const filter = fund ? await filterAround(session, random, fund) : {};
  const kind = fund ? random.of(kinds) : 'page';
  switch (kind) {
    case 'access':
      return { kind, viewerUserId, fundIds: funds.map((each) => each.fundId) };
    case 'summary':
      return { kind, viewerUserId, filter, groupBy: random.of(groups) };
    case 'viewers':
      return { kind, fundId: fund!.fundId };
    case 'page': {
      const order: FundOrder = { column: random.of(fundSortColumns), descending: random.below(2) === 0 };
      return {
        kind,
        request: {
          viewerUserId,
          filter,
          order,
          after: fund && random.below(3) === 0 ? positionOf(fund, order) : undefined,
          skip: random.below(2) === 0 ? 0 : random.below(random.of([10, 1_000, skipMax])),
          pageSize: 1 + random.below(pageSizeMax),
          withTotal: true,
        },
      };
    }
  }
}

/** A random person, or somebody above them: so there are viewers of every size. */
async function sampleViewer(session: SqlSession, random: Random): Promise<bigint | undefined> {
  const person = await randomRow(session, random, 'users', 'id');
  if (!person) return undefined;
  const above = await session.all(sql`SELECT user_id FROM user_hierarchy
    WHERE subordinate_id = ${person['id']} ORDER BY depth`);
  return above.length === 0 ? (person['id'] as bigint) : (random.of(above)['user_id'] as bigint);
}

/** Funds next to each other by id, from a random one. */
async function sampleFunds(session: SqlSession, random: Random): Promise<Fund[]> {
  const first = await randomRow(session, random, 'financial_funds', 'fund_id');
  if (!first) return [];
  const rows = await session.all(sql`SELECT ${fundColumns(session.dialect)} FROM financial_funds f
    WHERE f.fund_id >= ${first['fund_id']} ORDER BY f.fund_id LIMIT ${checkedFunds}`);
  return rows.map(fundFromRow);
}

async function randomRow(session: SqlSession, random: Random, table: string, id: string): Promise<Row | undefined> {
  const [t, column] = [sql.raw(table), sql.raw(id)];
  const ends = await session.all(sql`SELECT MIN(${column}) AS first, MAX(${column}) AS last FROM ${t}`);
  const first = ends[0]!['first'] as bigint | null;
  if (first === null) return undefined;
  const from = first + random.bigBelow((ends[0]!['last'] as bigint) - first + 1n);
  const rows = await session.all(sql`SELECT ${column} FROM ${t} WHERE ${column} >= ${from} ORDER BY ${column} LIMIT 1`);
  return rows[0];
}

async function filterAround(session: SqlSession, random: Random, fund: Fund): Promise<FundFilter> {
  const handlers = await session.all(sql`SELECT department FROM users WHERE id = ${fund.handlerUserId}`);
  const around = BigInt(amountSpreadCents);
  const parts: readonly FundFilter[] = [
    { amountCentsMin: fund.amountCents - around, amountCentsMax: fund.amountCents + around },
    { amountCentsMin: fund.amountCents },
    {
      createdFromMicros: fund.createdAtMicros - createdSpreadMicros,
      createdToMicros: fund.createdAtMicros + createdSpreadMicros,
    },
    { createdToMicros: fund.createdAtMicros },
    { statuses: [fund.status] },
    { statuses: [fund.status, random.of(fundStatuses)] },
    { handlerDepartment: (handlers[0]?.['department'] ?? '') as string },
    { handlerUserId: fund.handlerUserId },
    fund.orderId === null ? {} : { orderId: fund.orderId },
    fund.customerId === null ? {} : { customerId: fund.customerId },
  ];
  // Half of the questions have no filter, a quarter one part, the others two.
  const partCount = [0, 0, 1, 2][random.below(4)]!;
  return Object.assign({}, ...Array.from({ length: partCount }, () => random.of(parts))) as FundFilter;
}
