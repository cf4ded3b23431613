import { belongsTo, DomainError } from '@finance/domain';
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

/** A signal of a caller. */
function callOf(caller: string): AbortSignal {
  const call = new AbortController().signal;
  belongsTo(call, caller);
  return call;
}

it('a caller alone has all places, and half of them while others come', async () => {
  const bulkhead = createBulkhead({ runningMax: 4, waitingMax: 100 });
  const { started, work, end } = pieces();
  const run = (name: string) => bulkhead.run(callOf(name.slice(0, 1)), work(name));
  const greedy = Array.from({ length: 10 }, (_, i) => run(`g${i}`));
  expect(started).toEqual(['g0', 'g1', 'g2', 'g3']);
  const others = [run('a0'), run('b0')];
  end('g0');
  await turn();
  end('g1');
  await turn();
  expect(started.slice(4)).toEqual(['a0', 'b0']);
  // What the greedy one has beyond its half is not given to it again, though nobody else waits.
  end('a0');
  end('b0');
  await turn();
  expect(bulkhead.running).toBe(2);
  others.push(run('a1'));
  expect(started.slice(6)).toEqual(['a1']);
  for (let i = 2; i < 10; i += 1) {
    end(`g${i}`);
    await turn();
  }
  end('a1');
  await Promise.all([...greedy, ...others]);
  expect([bulkhead.running, bulkhead.waiting]).toEqual([0, 0]);
});

it('one caller cannot fill the queue for the others, who have their turn before the rest of it', async () => {
  const bulkhead = createBulkhead({ runningMax: 1, waitingMax: 6 });
  const { started, work, end } = pieces();
  const run = (name: string) => bulkhead.run(callOf(name.slice(0, 1)), work(name));
  const calls = ['g0', 'g1', 'g2', 'g3', 'a0'].map(run);
  await expect(run('g4')).rejects.toThrow('of this caller');
  for (const name of ['g0', 'a0', 'g1', 'g2', 'g3']) {
    end(name);
    await turn();
  }
  await Promise.all(calls);
  expect(started).toEqual(['g0', 'a0', 'g1', 'g2', 'g3']);
});
