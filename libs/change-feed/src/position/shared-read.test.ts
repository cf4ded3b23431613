import { expect, it } from 'vitest';
import { createSharedRead } from './shared-read.ts';

it('callers share the read that starts after their call, never one that runs already', async () => {
  let started = 0;
  const finish: (() => void)[] = [];
  const read = createSharedRead(() => {
    started += 1;
    const mine = started;
    return new Promise<number>((resolve) => finish.push(() => resolve(mine)));
  });
  const first = read();
  const waiting = [read(), read(), read()];
  expect(started).toBe(1);
  finish[0]!();
  expect(await first).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(started).toBe(2);
  const last = read();
  finish[1]!();
  expect(await Promise.all(waiting)).toEqual([2, 2, 2]);
  await new Promise((resolve) => setImmediate(resolve));
  finish[2]!();
  expect(await last).toBe(3);
});

it('a failed read fails those who shared it and nobody else', async () => {
  let fails = true;
  const read = createSharedRead(async () => {
    if (fails) throw new Error('on purpose');
    return 1;
  });
  await expect(read()).rejects.toThrow('on purpose');
  fails = false;
  expect(await read()).toBe(1);
});
