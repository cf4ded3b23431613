import {
  amountCentsMax,
  fundStatuses,
  microsMax,
  microsMin,
  recordUnreadable,
  type FundFilter,
  type FundSummaryGroup,
} from '@finance/domain';
import { fundTable, userTable, type Dialect, type RecordTable, type Row } from '@finance/schema';
import { sql, type SQL } from 'drizzle-orm';

/** Which funds are added up, and how. */
interface SumsOfFunds {
  readonly filter: FundFilter;
  readonly groupBy: FundSummaryGroup;
}

/** A column whose value must be sound for funds `f` of handlers `u` to be added up. */
interface Needed {
  readonly table: RecordTable;
  readonly column: string;
  readonly id: SQL;
  readonly isUnsound: SQL;
}

/** The columns of each group that {@link requireSound} reads. */
export function unsoundRows(sums: SumsOfFunds, dialect: Dialect): SQL {
  const columns = needed(sums, dialect).map(
    ({ id, isUnsound }, i) => sql`, MIN(CASE WHEN ${isUnsound} THEN ${id} END) AS ${sql.raw(`unsound_${i}`)}`,
  );
  return sql.join(columns);
}

/** @throws DomainError RECORD_UNREADABLE for a group with a row that belongs into no sum or no group */
export function requireSound(row: Row, sums: SumsOfFunds, dialect: Dialect): void {
  needed(sums, dialect).forEach(({ table, column }, i) => {
    const id = row[`unsound_${i}`];
    if (id != null) throw recordUnreadable(table.name, id, column, 'of no use in a summary');
  });
}

function needed({ groupBy, filter }: SumsOfFunds, { name, amountColumn, amountParam }: Dialect): Needed[] {
  const found: Needed[] = [];
  const ofFund = (column: string, isUnsound: SQL) =>
    void found.push({ table: fundTable, column, id: sql`f.fund_id`, isUnsound });
  const amount = sql.raw(`f.${amountColumn}`);
  // As a number: MySQL compares text with amounts at twice the cost.
  const max = sql.raw(String(amountParam(amountCentsMax)));
  const isBeyond = sql`${amount} NOT BETWEEN -${max} AND ${max}`;
  ofFund('amount', name === 'mysql' ? isBeyond : sql`typeof(${amount}) <> 'integer' OR ${isBeyond}`);
  if (groupBy === 'status' || filter.statuses !== undefined) {
    const words = sql.join(
      fundStatuses.map((status) => sql`${status}`),
      sql`, `,
    );
    // MySQL's IN overlooks spaces at the end of text; of bytes it overlooks none.
    ofFund('status', sql`${name === 'mysql' ? sql`CAST(f.status AS BINARY)` : sql`f.status`} NOT IN (${words})`);
  }
  if (groupBy === 'month') {
    ofFund(
      'created_at',
      name === 'mysql'
        ? sql`f.created_at < '0001-01-01' OR MONTH(f.created_at) = 0`
        : sql`typeof(f.created_at) <> 'integer' OR f.created_at NOT BETWEEN ${microsMin} AND ${microsMax}`,
    );
  }
  if (groupBy === 'handler_department' && name === 'sqlite') {
    const isUnsound = sql`typeof(u.department) NOT IN ('text', 'null')`;
    found.push({ table: userTable, column: 'department', id: sql`u.id`, isUnsound });
  }
  return found;
}
