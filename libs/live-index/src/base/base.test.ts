import { instantOf, microsMax, microsMin } from '@finance/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiveIndex } from '../create-live-index.ts';
import { createBaseBuilder } from './base-builder.ts';
import { idOrder, idsInOrder } from './id-order.ts';
import { idAt, lowerBoundOfId, placeOfId } from './ids.ts';
import { radixOrder } from './radix-order.ts';

const arbitraryIds = fc.oneof(
  fc.uniqueArray(fc.bigInt({ min: 1n, max: 30n })),
  fc.uniqueArray(fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n })),
  fc.uniqueArray(fc.bigInt({ min: 2n ** 53n, max: 2n ** 53n + 40n })),
  fc.uniqueArray(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
);

describe('ids', () => {
  it('are found exactly, dense, sparse and beyond what doubles hold', () => {
    fc.assert(
      fc.property(arbitraryIds, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (ids, other) => {
        const sorted = [...ids].sort((a, b) => (a < b ? -1 : 1));
        const column = BigInt64Array.from(ids);
        const stored = idsInOrder(column, idOrder(column));
        expect(ids.map((_, place) => idAt(stored, place))).toEqual(sorted);
        for (const id of [...ids, ...ids.map((each) => each + 1n), other]) {
          expect(placeOfId(stored, id)).toBe(sorted.indexOf(id));
          expect(lowerBoundOfId(stored, id)).toBe(sorted.filter((each) => each < id).length);
        }
      }),
    );
  });
});

describe('radix order', () => {
  it('is that of a stable sort, for whole numbers of any sign and instants of any year', () => {
    const keys = fc.array(
      fc.oneof(
        fc.integer({ min: -3, max: 3 }),
        fc.maxSafeInteger().map((key) => Math.trunc(key / 2)),
        fc.constantFrom(microsMin, microsMin + 1n, microsMax - 1n, microsMax).map(instantOf),
      ),
    );
    fc.assert(
      fc.property(keys, (numbers) => {
        const places = numbers.map((_, place) => place).sort((a, b) => numbers[a]! - numbers[b]! || a - b);
        expect([...radixOrder(Float64Array.from(numbers))]).toEqual(places);
      }),
    );
  });
});

describe('memory', () => {
  it('stays below 200 bytes a fund, its order and its customer', () => {
    const funds = 50_000;
    const builder = createBaseBuilder();
    const ids = Array.from({ length: funds }, (_, i) => BigInt(i + 1));
    const person = (id: bigint, factor: bigint) => 1n + ((id * factor) % 500n);
    builder.addUsers(
      Array.from({ length: 500 }, (_, i) => ({
        userId: BigInt(i + 1),
        name: `Employee ${i}`,
        role: 'supervisor',
        department: `department ${i % 9}`,
        parentUserId: i === 0 ? null : BigInt((i >> 2) + 1),
      })),
    );
    builder.addOrders(ids.map((orderId) => ({ orderId, ownerUserId: person(orderId, 7n) })));
    builder.addCustomers(
      ids.map((customerId) => ({ customerId, name: `Customer ${customerId}`, adminUserId: person(customerId, 11n) })),
    );
    builder.addFunds(
      ids.map((fundId) => ({
        fundId,
        handlerUserId: person(fundId, 13n),
        orderId: fundId,
        customerId: fundId,
        amountCents: fundId * 31n,
        currencyCode: 'EUR',
        status: 'approved',
        createdAtMicros: Number(fundId),
        updatedAtMicros: Number(fundId),
      })),
    );
    const { bytes } = createLiveIndex(builder.build(), { cachedBytesMax: 0 }).stats();
    expect(bytes / funds).toBeLessThan(200);
  });
});
