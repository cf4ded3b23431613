import type { Fund, FundFilter } from '@finance/domain';
import type { MemoryStore } from './memory-store.ts';

type Test = (fund: Fund) => boolean;

/** The tests a filter asks for, built once for a whole scan; a fund matches when it passes all. */
export function filterTests(filter: FundFilter, store: MemoryStore): Test[] {
  const { amountCentsMin, amountCentsMax, createdFromMicros, createdToMicros } = filter;
  const { statuses, handlerDepartment, handlerUserId, orderId, customerId } = filter;
  const tests: (Test | undefined)[] = [
    amountCentsMin === undefined ? undefined : (fund) => fund.amountCents >= amountCentsMin,
    amountCentsMax === undefined ? undefined : (fund) => fund.amountCents <= amountCentsMax,
    createdFromMicros === undefined ? undefined : (fund) => fund.createdAtMicros >= createdFromMicros,
    createdToMicros === undefined ? undefined : (fund) => fund.createdAtMicros < createdToMicros,
    statuses === undefined ? undefined : (fund) => statuses.includes(fund.status),
    handlerDepartment === undefined
      ? undefined
      : (fund) => store.departmentOf(fund.handlerUserId) === handlerDepartment,
    handlerUserId === undefined ? undefined : (fund) => fund.handlerUserId === handlerUserId,
    orderId === undefined ? undefined : (fund) => fund.orderId === orderId,
    customerId === undefined ? undefined : (fund) => fund.customerId === customerId,
  ];
  return tests.filter((test) => test !== undefined);
}
