import { fundSortColumns, sortedColumns, type Fund, type FundSortColumn } from '@finance/domain';
import { describe, expect, it } from 'vitest';
import { createBaseBuilder } from '../base/base-builder.ts';
import { createLiveIndex } from '../create-live-index.ts';
import { AskSql } from './unreadable-rows.ts';

const viewerUserId = 1n;
const fund = (fundId: bigint): Fund => ({
  fundId,
  handlerUserId: viewerUserId,
  orderId: null,
  customerId: null,
  amountCents: fundId,
  currencyCode: 'EUR',
  status: 'pending',
  createdAtMicros: Number(fundId),
  updatedAtMicros: Number(fundId),
});

/** Two funds, the second of which cannot be read in a column. */
function indexWithout(column: string) {
  const builder = createBaseBuilder();
  builder.addUsers([{ userId: viewerUserId, name: '', role: 'admin', department: '', parentUserId: null }]);
  builder.addFunds([fund(1n), fund(2n)]);
  builder.addUnreadable({ table: 'funds', id: 2n, row: fund(2n), unreadable: [column] });
  return createLiveIndex(builder.build(), { cachedBytesMax: 1_000_000 });
}

describe.each(Object.values(sortedColumns))('with a fund that cannot be read in %s', (unreadable) => {
  const index = indexWithout(unreadable);
  const firstBy = (column: FundSortColumn) =>
    index.listFunds({
      viewerUserId,
      filter: {},
      order: { column, descending: false },
      after: undefined,
      skip: 0,
      pageSize: 1,
      withTotal: true,
    });

  it.each(fundSortColumns)('the order by %s is left to SQL where it goes by this column, and only there', (column) => {
    if (sortedColumns[column] === unreadable) expect(() => firstBy(column)).toThrow(AskSql);
    else expect(firstBy(column)).toEqual({ funds: [fund(1n)], hasMore: true, totalSize: 2 });
  });
});
