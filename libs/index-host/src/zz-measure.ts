import { createBaseBuilder } from '@finance/live-index';
import { sampleCompany } from '../../testkit/src/sample-company.ts';
import { measureReadThroughput } from './throughput/read-throughput.ts';
const n = Number(process.argv[2] ?? 200000),
  p = Number(process.argv[3] ?? 10000);
const data = sampleCompany(p, n);
const builder = createBaseBuilder();
builder.addUsers(data.users);
builder.addOrders(data.orders);
builder.addCustomers(data.customers);
builder.addFunds(data.funds);
let t = performance.now();
const base = builder.build();
console.log('build', performance.now() - t);
const requests = data.users
  .slice(0, 300)
  .map(({ userId }) => ({
    viewerUserId: userId,
    filter: {},
    order: { column: 'amount', descending: true } as const,
    after: undefined,
    skip: 0,
    pageSize: 20,
    withTotal: true,
  }));
for (let i = 0; i < 3; i++)
  for (const threads of [1, 2]) {
    const r = await measureReadThroughput(base, requests, { threads, durationMs: 2000, cachedBytesMax: 256 * 2 ** 20 });
    console.log(r);
  }
