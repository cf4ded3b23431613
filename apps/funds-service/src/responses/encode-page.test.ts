import { create, toBinary } from '@bufbuild/protobuf';
import { ListFundsResponseSchema } from '@finance/contract/funds-service';
import { amountCentsMax, fundStatuses, type Fund } from '@finance/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodePage } from './encode-page.ts';
import { fundMessage } from './fund-message.ts';

const id = fc.oneof(fc.bigInt({ min: 1n, max: 300n }), fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }));
const fund: fc.Arbitrary<Fund> = fc.record({
  fundId: id,
  handlerUserId: id,
  orderId: fc.option(id),
  customerId: fc.option(id),
  amountCents: fc.bigInt({ min: -amountCentsMax, max: amountCentsMax }),
  currencyCode: fc.constantFrom('', 'EUR', '€'.repeat(70)),
  status: fc.constantFrom(...fundStatuses),
  createdAtMicros: fc.integer({ min: -1_000_000_000, max: 2_000_000_000_000_000 }),
  updatedAtMicros: fc.constantFrom(0, 1, 1_700_000_000_000_000),
});
const details = {
  handlerName: 'Zoë',
  handlerDepartment: 'x'.repeat(300),
  orderOwnerUserId: 7n,
  orderOwnerName: '',
  customerName: '😀',
  customerAdminUserId: null,
  customerAdminName: '',
  viewerBases: ['handler', 'customer_admin'] as const,
};

test('a page has the bytes that protobuf’s own encoder gives it', () => {
  const page = fc.record({
    funds: fc.array(fc.tuple(fund, fc.boolean()), { maxLength: 30 }),
    nextPageToken: fc.constantFrom('', 'token', 'é'.repeat(500)),
    totalSize: fc.option(fc.bigInt({ min: 0n, max: 2n ** 40n }), { nil: undefined }),
    consistencyToken: fc.constantFrom('', 'y'.repeat(150)),
    strategyUsed: fc.constantFrom(0, 1, 9),
  });
  fc.assert(
    fc.property(page, ({ funds, totalSize, ...rest }) => {
      const message = create(ListFundsResponseSchema, {
        ...rest,
        funds: funds.map(([each, withDetails]) => fundMessage(each, withDetails ? details : undefined)),
        ...(totalSize !== undefined && { totalSize }),
      });
      expect(encodePage(message)).toEqual(Buffer.from(toBinary(ListFundsResponseSchema, message)));
    }),
    { numRuns: 500 },
  );
});
