import { createBaseBuilder, type RowChange } from '@finance/live-index';
import { sampleCompany } from '@finance/testkit';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import type { JournalDelivery, JournalEntry, JournalState } from '../messages.ts';
import { FollowingIndex } from './following-index.ts';

const data = sampleCompany(10, 200);
const builder = createBaseBuilder();
builder.addUsers(data.users);
builder.addOrders(data.orders);
builder.addCustomers(data.customers);
builder.addFunds(data.funds);
const base = builder.build();

const { port1: journal, port2 } = new MessageChannel();
let following: FollowingIndex;
afterEach(() => following.close());

const changes = (currencyCode: string): RowChange[] =>
  data.funds.map((fund) => ({ table: 'funds', id: fund.fundId, row: { ...fund, currencyCode } }));
const deliver = (entries: readonly JournalEntry[]): void =>
  journal.postMessage({ entries, head: entries.at(-1)!.number } satisfies JournalDelivery);
const currencies = (): string[] => {
  const fundIds = data.funds.map((fund) => fund.fundId);
  return [...new Set(following.index.visibleFunds(1n, fundIds).map((fund) => fund.currencyCode))];
};

it('shows whole transactions only, and keeps a state for whoever waited for it', async () => {
  const seen: (string | null)[] = [];
  const reader = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  following = new FollowingIndex({ base, number: 0, position: 'h/1.0', readyAt: 'h/2.0' }, port2, {
    engine: 'sqlite',
    cachedBytesMax: 1_000_000,
    onEntry: () => {
      seen.push(following.position);
      if (following.number === 5) end.resolve();
      if (following.number !== 3) return false;
      reader.resolve();
      return true;
    },
    onInterrupted: () => undefined,
    onFailed: end.reject,
  });
  expect(following.position).toBeNull();
  journal.postMessage({ isConnected: true } satisfies JournalState);
  deliver([
    { number: 1, changes: changes('AAA'), position: null },
    { number: 2, changes: [], position: 'h/2.0' },
    { number: 3, changes: changes('BBB'), position: 'h/3.0' },
    { number: 4, changes: changes('CCC'), position: null },
    { number: 5, changes: [], position: 'h/5.0' },
  ]);
  await reader.promise;
  expect(following.hasReached('h/3.0')).toBe(true);
  expect(currencies()).toEqual(['BBB']);
  await end.promise;
  expect(seen).toEqual([null, null, 'h/2.0', 'h/3.0', null, 'h/5.0']);
  expect(currencies()).toEqual(['CCC']);
  expect(following).toMatchObject({ number: 5, head: 5, appliedChanges: 3 * data.funds.length });
});
