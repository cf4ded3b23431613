import type { Customer, Fund, Order } from '@finance/domain';
import type { DataSet } from '@finance/strategy-contract';
import { checkParameters, type SeedParameters } from './seed-parameters.ts';
import { currencyCode, planSeed } from './seed-plan.ts';

const bigintOrNull = (value: number | null): bigint | null => (value === null ? null : BigInt(value));

/**
 * The rows that `seeder:run` loads for the same parameters, in memory, each list in id order.
 * @throws SeederError when a parameter is out of bounds
 */
export function generateDataSet(parameters: SeedParameters): DataSet {
  checkParameters(parameters);
  const { people, records } = planSeed(parameters);
  const each = <T>(make: (id: number) => T): T[] => Array.from({ length: parameters.records }, (_, i) => make(i + 1));
  return {
    users: people.map((person) => ({
      userId: BigInt(person.userId),
      name: person.name,
      role: person.role,
      department: person.department,
      parentUserId: bigintOrNull(person.parentUserId),
    })),
    customers: each((id): Customer => {
      const { name, adminUserId } = records.customer(id);
      return { customerId: BigInt(id), name, adminUserId: BigInt(adminUserId) };
    }),
    orders: each((id): Order => {
      const order = records.order(id);
      return {
        orderId: BigInt(id),
        ownerUserId: BigInt(order.ownerUserId),
        customerId: bigintOrNull(order.customerId),
        amountCents: BigInt(order.amountCents),
        createdAtMicros: order.createdAtMicros,
      };
    }),
    funds: each((id): Fund => {
      const fund = records.fund(id);
      return {
        fundId: BigInt(id),
        handlerUserId: BigInt(fund.handlerUserId),
        orderId: bigintOrNull(fund.orderId),
        customerId: bigintOrNull(fund.customerId),
        amountCents: BigInt(fund.amountCents),
        currencyCode,
        status: fund.status,
        createdAtMicros: fund.createdAtMicros,
        updatedAtMicros: fund.updatedAtMicros,
      };
    }),
  };
}
