import type { FundFilter, FundSum, FundSummary, FundSummaryGroup, Scope } from '@finance/domain';
import { named, type Dialect, type SqlSession } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';
import { roomForSets } from '../room-for-sets.ts';
import { exactSum, sumFromRow } from './exact-sum.ts';
import { requireSound, unsoundRows } from './unreadable-in-sums.ts';
import { summarySource, type SummaryWay } from './summary-source.ts';

const namedSql = named('store/summarize-funds');

/** Which funds, and how they are put together. */
export interface FundSummaryQuery {
  readonly scope: Scope;
  readonly filter: FundFilter;
  readonly groupBy: FundSummaryGroup;
  /** Chosen by cost where absent. */
  readonly way?: SummaryWay;
}

/**
 * Counts and adds up the funds in a scope, whichever way. Indexes: those of the source; users by key for departments.
 * @throws DomainError RECORD_UNREADABLE
 */
export async function summarizeFunds(session: SqlSession, query: FundSummaryQuery): Promise<FundSummary> {
  const { dialect } = session;
  const { from, where } = await summarySource(session, query.scope, query.filter, query.way);
  const { key, join, groupBy } = grouping[query.groupBy](dialect);
  const rows =
    await session.all(namedSql`SELECT ${roomForSets} ${key} AS group_key, COUNT(*) AS fund_count, ${exactSum(dialect)}
      ${unsoundRows(query, dialect)}
    FROM ${from} ${join} WHERE ${where} ${groupBy}`);

  const sums = new Map<string, FundSum>();
  const none = { fundCount: 0n, amountCents: 0n };
  let totals: FundSum = none;
  for (const row of rows) {
    requireSound(row, query, dialect);
    const sum = { fundCount: row['fund_count'] as bigint, amountCents: sumFromRow(row, dialect) };
    // No known handler and a handler in the department '' are one group.
    const groupKey = (row['group_key'] ?? '') as string;
    sums.set(groupKey, plus(sums.get(groupKey) ?? none, sum));
    totals = plus(totals, sum);
  }
  if (query.groupBy === 'none') return { groups: [], totals };
  const groups = Array.from(sums, ([groupKey, sum]) => ({ key: groupKey, ...sum }));
  return { groups: groups.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))), totals };
}

const plus = (a: FundSum, b: FundSum): FundSum => ({
  fundCount: a.fundCount + b.fundCount,
  amountCents: a.amountCents + b.amountCents,
});

interface Grouping {
  readonly key: SQL;
  /** Goes after the source of funds `f`. */
  readonly join: SQL;
  readonly groupBy: SQL;
}

const grouping: Readonly<Record<FundSummaryGroup, (dialect: Dialect) => Grouping>> = {
  none: () => ({ key: sql`NULL`, join: sql``, groupBy: sql`` }),
  // As an expression: groups taken from the status's index would cost three times as much, for the amounts beside it.
  status: () => ({ key: sql`COALESCE(f.status, '')`, join: sql``, groupBy: sql`GROUP BY group_key` }),
  // MySQL puts departments together that differ in spaces at the end; their length keeps them apart.
  handler_department: () => ({
    key: sql`u.department`,
    join: sql`LEFT JOIN users u ON u.id = f.handle_by`,
    groupBy: sql`GROUP BY u.department, LENGTH(u.department)`,
  }),
  month: (dialect) => ({ key: monthOf(dialect), join: sql``, groupBy: sql`GROUP BY group_key` }),
};

const monthOf = (dialect: Dialect): SQL =>
  dialect.name === 'mysql'
    ? sql`DATE_FORMAT(f.created_at, '%Y-%m')`
    : // Division rounds towards zero, also before 1970; seconds must be rounded down.
      sql`strftime('%Y-%m', (f.created_at - (f.created_at < 0) * 999999) / 1000000, 'unixepoch')`;
