import { DomainError } from '@finance/domain';
import { expect, test } from 'vitest';
import { streamOf, type Emit } from './stream-of.ts';

const { signal } = new AbortController();

async function allOf<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** Work that holds something from its start to its end, like a snapshot its connection. */
function held(work: (emit: Emit<number>) => Promise<void>) {
  const state = { isHeld: false, produced: 0 };
  const stream = streamOf<number>(async (emit) => {
    state.isHeld = true;
    try {
      await work((item, until) => ((state.produced += 1), emit(item, until)));
    } finally {
      state.isHeld = false;
    }
  });
  return { state, stream };
}

const endless = async (emit: Emit<number>): Promise<void> => {
  for (let item = 1; ; item += 1) await emit(item, signal);
};

test('a stream hands over every item in order and ends as the work does', async () => {
  const { state, stream } = held(async (emit) => {
    for (const item of [1, 2, 3]) await emit(item, signal);
  });
  expect(state.isHeld).toBe(false);
  expect(await allOf(stream)).toEqual([1, 2, 3]);
  expect(state.isHeld).toBe(false);
  expect(await allOf(streamOf(async () => undefined))).toEqual([]);
});

test('an item is produced only when it is asked for', async () => {
  const { state, stream } = held(endless);
  await stream.next();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(state).toEqual({ isHeld: true, produced: 1 });
  await stream.next();
  expect(state.produced).toBe(2);
  await stream.return();
});

test('a failure of the work comes after the items before it', async () => {
  const failing = streamOf<number>(async (emit) => {
    await emit(1, signal);
    throw new Error('on purpose');
  });
  expect((await failing.next()).value).toBe(1);
  await expect(failing.next()).rejects.toThrow('on purpose');
  expect(await failing.next()).toEqual({ done: true, value: undefined });
});

test('a consumer who leaves has let go of everything when they have left', async () => {
  const { state, stream } = held(endless);
  for await (const item of stream) if (item === 3) break;
  expect(state).toEqual({ isHeld: false, produced: 3 });
});

test('an aborted signal unwinds the work although the consumer never comes back, and tells them if they do', async () => {
  const caller = new AbortController();
  const { state, stream } = held(async (emit) => {
    for (let item = 1; ; item += 1) await emit(item, caller.signal);
  });
  await stream.next();
  caller.abort(new DomainError('DEADLINE_EXCEEDED', 'too late'));
  await expect.poll(() => state.isHeld).toBe(false);
  await expect(stream.next()).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
});

test('an abort before the consumer takes an item they asked for is not lost', async () => {
  const caller = new AbortController();
  const stream = streamOf<number>(async (emit) => {
    const emitted = emit(1, caller.signal);
    caller.abort();
    await emitted;
  });
  expect((await stream.next()).value).toBe(1);
  await expect(stream.next()).rejects.toMatchObject({ reason: 'CANCELLED' });
});
