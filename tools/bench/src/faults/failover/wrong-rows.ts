import type { Client } from '@connectrpc/connect';
import { PaginationStrategy, type FundsService } from '@finance/contract/funds-service';
import type { MysqlNode } from '@finance/mysql';
import { faultCompany } from '../private-mysql.ts';

const pageSize = 1_000;

/** Rows that the index shows and the database does not hold, or holds otherwise, and rows that it lacks; by an admin. */
export async function wrongRows(funds: Client<typeof FundsService>, database: MysqlNode): Promise<number> {
  const rows = await database.sql(
    `SELECT fund_id AS id, CAST(amount * 100 AS SIGNED) AS cents, handle_by AS handler FROM finance.financial_funds`,
  );
  const held = new Map(rows.map(({ id, cents, handler }) => [id!, `${cents} ${handler}`]));
  const strategy = PaginationStrategy.LIVE_INDEX;
  let wrong = 0;
  let pageToken = '';
  do {
    const page = await funds.listFunds({ viewerUserId: 1n, pageSize, orderBy: 'fund_id', pageToken, strategy });
    for (const { fundId, amountCents, handlerUserId } of page.funds) {
      if (held.get(String(fundId)) !== `${amountCents} ${handlerUserId}`) wrong += 1;
      held.delete(String(fundId));
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return wrong + held.size;
}

/** Everybody's first pages that differ between the index and SQL. */
export async function wrongPages(funds: Client<typeof FundsService>): Promise<number> {
  let wrong = 0;
  for (const { userId } of faultCompany.users) {
    const ask = (strategy: PaginationStrategy) =>
      funds.listFunds({ viewerUserId: userId, orderBy: 'amount desc', pageSize: 50, strategy });
    const pages = await Promise.all([ask(PaginationStrategy.LIVE_INDEX), ask(PaginationStrategy.ADAPTIVE_SQL)]);
    const [byIndex, bySql] = pages.map((page) => `${page.totalSize} ${page.funds.map((fund) => fund.fundId)}`);
    if (byIndex !== bySql) wrong += 1;
  }
  return wrong;
}
