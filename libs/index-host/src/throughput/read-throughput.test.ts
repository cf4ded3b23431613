import { createBaseBuilder } from '@finance/live-index';
import { sampleCompany } from '@finance/testkit';
import { expect, it } from 'vitest';
import { measureReadThroughput } from './read-throughput.ts';

it('several threads read one base', async () => {
  const data = sampleCompany(50, 500);
  const builder = createBaseBuilder();
  builder.addUsers(data.users);
  builder.addOrders(data.orders);
  builder.addCustomers(data.customers);
  builder.addFunds(data.funds);
  const requests = data.users.map(({ userId }) => ({
    viewerUserId: userId,
    filter: {},
    order: { column: 'amount', descending: true } as const,
    after: undefined,
    skip: 0,
    pageSize: 20,
    withTotal: true,
  }));
  const options = { threads: 2, durationMs: 20, cachedBytesMax: 1_000_000 };
  expect((await measureReadThroughput(builder.build(), requests, options)).pagesPerSecond).toBeGreaterThan(0);
}, 60_000);
