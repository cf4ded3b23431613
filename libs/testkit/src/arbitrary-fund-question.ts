import { fundSortColumns, fundStatuses, type FundFilter, type FundOrder } from '@finance/domain';
import type { DataSet } from '@finance/strategy-contract';
import fc from 'fast-check';

/** What a viewer may ask of a company. */
export interface FundQuestion {
  readonly viewerUserId: bigint;
  readonly filter: FundFilter;
  readonly order: FundOrder;
  readonly pageSize: number;
}

/** Questions whose filters hit and miss: their values are those of the company's funds, and some beside them. */
export function arbitraryFundQuestion(data: DataSet): fc.Arbitrary<FundQuestion> {
  const of = <T>(values: readonly T[], beside: T): fc.Arbitrary<T> => fc.constantFrom(...new Set([...values, beside]));
  const funds = data.funds;
  const filter = fc.record<FundFilter>(
    {
      amountCentsMin: of(
        funds.map((fund) => fund.amountCents),
        0n,
      ),
      amountCentsMax: of(
        funds.map((fund) => fund.amountCents),
        1n,
      ),
      createdFromMicros: of(
        funds.map((fund) => fund.createdAtMicros),
        1_000,
      ),
      createdToMicros: of(
        funds.map((fund) => fund.createdAtMicros),
        2_000,
      ),
      statuses: fc.subarray([...fundStatuses], { minLength: 1 }),
      handlerDepartment: of(
        data.users.map((user) => user.department),
        'nobody',
      ),
      handlerUserId: of(
        funds.map((fund) => fund.handlerUserId),
        424_242n,
      ),
      orderId: of(
        funds.map((fund) => fund.orderId ?? 7n),
        424_242n,
      ),
      customerId: of(
        funds.map((fund) => fund.customerId ?? 7n),
        424_242n,
      ),
    },
    { requiredKeys: [] },
  );
  return fc.record({
    viewerUserId: fc.constantFrom(...data.users.map((user) => user.userId)),
    // Most questions narrow by nothing or by one field; otherwise most answers would be empty.
    filter: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 4, arbitrary: oneField(filter) }, filter),
    order: fc.record({ column: fc.constantFrom(...fundSortColumns), descending: fc.boolean() }),
    pageSize: fc.integer({ min: 1, max: 7 }),
  });
}

function oneField(filter: fc.Arbitrary<FundFilter>): fc.Arbitrary<FundFilter> {
  return fc.tuple(filter, fc.nat()).map(([full, index]) => {
    const entries = Object.entries(full);
    return entries.length === 0 ? {} : Object.fromEntries([entries[index % entries.length]!]);
  });
}
