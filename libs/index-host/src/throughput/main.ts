import { createBaseBuilder, createLiveIndex, type IndexPageRequest } from '@finance/live-index';
import { sampleCompany } from '@finance/testkit';
import { measureReadThroughput } from './read-throughput.ts';

/** Prints what docs/adr/0013 quotes: `npx nx run index-host:throughput -- 1000000`. */
const funds = Number(process.argv[2] ?? 1_000_000);
const people = 10_000;
const rounds = 3;
const durationMs = 2_000;
const cachedBytesMax = 256 * 2 ** 20;

const data = sampleCompany(people, funds);
const builder = createBaseBuilder();
builder.addUsers(data.users);
builder.addOrders(data.orders);
builder.addCustomers(data.customers);
builder.addFunds(data.funds);
const base = builder.build();
const { bytes } = createLiveIndex(base, { cachedBytesMax }).stats();
console.log(`one base for all threads: ${(bytes / 1e6).toFixed(0)} MB, ${(bytes / funds).toFixed(0)} bytes a fund`);

// The top, its managers and theirs, and some of everybody else.
const viewers = data.users.filter(({ userId }) => userId <= 43n || userId % 50n === 0n);
const requests = viewers.map(({ userId }): IndexPageRequest => ({
  viewerUserId: userId,
  filter: {},
  order: { column: 'amount', descending: true },
  after: undefined,
  skip: 0,
  pageSize: 20,
  withTotal: true,
}));
for (let round = 1; round <= rounds; round += 1) {
  for (const threads of [1, 2]) {
    const read = await measureReadThroughput(base, requests, { threads, durationMs, cachedBytesMax });
    const [perSecond, perCpuSecond] = [read.pagesPerSecond, read.pagesPerCpuSecond].map((pages) =>
      Math.round(pages).toLocaleString('en'),
    );
    console.log(`round ${round}, ${threads} thread(s): ${perSecond} pages/s, ${perCpuSecond} for each CPU second`);
  }
}
