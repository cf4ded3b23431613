import { DomainError } from '@finance/domain';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createBulkhead } from './bulkhead.ts';

const { signal } = new AbortController();

/** Work that ends when told to. */
function pieces() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve) => {
      started.push(name);
      ends.set(name, () => resolve(name));
    });
  return { started, work, end: (name: string) => ends.get(name)!() };
}
const turn = () => new Promise(setImmediate);

it('runs so many, lets so many wait in order, and refuses the rest at once', async () => {
  const bulkhead = createBulkhead({ runningMax: 2, waitingMax: 2 });
  const { started, work, end } = pieces();
  const calls = ['a', 'b', 'c', 'd'].map((name) => bulkhead.run(signal, work(name)));
  await expect(bulkhead.run(signal, work('e'))).rejects.toMatchObject({ reason: 'OVERLOADED' });
  expect([started, bulkhead.running, bulkhead.waiting]).toEqual([['a', 'b'], 2, 2]);
  end('b');
  await turn();
  expect(started).toEqual(['a', 'b', 'c']);
  for (const name of ['a', 'c']) end(name);
  await turn();
  end('d');
  expect(await Promise.all(calls)).toEqual(['a', 'b', 'c', 'd']);
  expect([bulkhead.running, bulkhead.waiting]).toEqual([0, 0]);
});

it('a caller who leaves gives the place in the queue back', async () => {
  const bulkhead = createBulkhead({ runningMax: 1, waitingMax: 1 });
  const { started, work, end } = pieces();
  const first = bulkhead.run(signal, work('first'));
  const caller = new AbortController();
  const leaving = bulkhead.run(caller.signal, work('leaving'));
  caller.abort(new DomainError('DEADLINE_EXCEEDED', 'late'));
  await expect(leaving).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  await expect(bulkhead.run(caller.signal, work('gone'))).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  const next = bulkhead.run(signal, work('next'));
  end('first');
  await first;
  await turn();
  end('next');
  await next;
  expect(started).toEqual(['first', 'next']);
});

it('once the first has waited for long, the last to come is the next, until there is no queue', async () => {
  const bulkhead = createBulkhead({ runningMax: 1, waitingMax: 10 });
  const { started, work, end } = pieces();
  const calls = ['a', 'b', 'c', 'd'].map((name) => bulkhead.run(signal, work(name)));
  await sleep(700);
  for (const name of ['a', 'd', 'c', 'b']) {
    end(name);
    await turn();
  }
  await Promise.all(calls);
  expect(started).toEqual(['a', 'd', 'c', 'b']);
});

it('failed work makes room, too', async () => {
  const bulkhead = createBulkhead({ runningMax: 1, waitingMax: 0 });
  await expect(bulkhead.run(signal, () => Promise.reject(new Error('on purpose')))).rejects.toThrow('on purpose');
  expect(await bulkhead.run(signal, async () => 1)).toBe(1);
});
