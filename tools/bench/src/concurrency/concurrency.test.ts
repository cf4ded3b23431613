import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readResult } from '../result-file.ts';
import { useBenchFolder } from '../testing/bench-folder.ts';
import { openLoop } from './open-loop.ts';
import { concurrency, type ConcurrencyFlags } from './concurrency.ts';

useBenchFolder();

const flags: ConcurrencyFlags = {
  records: 300,
  users: 30,
  callers: [1, 4],
  strategies: ['closure-join'],
  sorts: ['amount desc'],
  totals: 'with',
  loop: 'both',
  seconds: 1,
  callsMax: 100,
  timeoutMs: 10_000,
};

it('loads a real server, closed and open, and finds every answer right', async () => {
  const { file, problems } = await concurrency(flags, {});
  expect(problems).toEqual([]);
  expect(readResult('concurrency')).toEqual(file);
  expect(file.database).toMatchObject({ engine: 'sqlite', records: 300, users: 30 });
  expect(file.results.cells.map(({ loop, users }) => [loop, users])).toEqual([
    ['closed', 1],
    ['open', 1],
    ['closed', 4],
    ['open', 4],
  ]);
  expect(
    file.results.cells.every(({ calls, succeeded, successRate }) => calls === succeeded && successRate === 1),
  ).toBe(true);
  expect(file.results.cells.every(({ calls, latency }) => calls > 0 && latency.calls === calls)).toBe(true);
});

it('keeps what was measured when the server dies midway, marked as unfinished', async () => {
  let seconds = 0;
  const { file, problems } = await concurrency(
    { ...flags, callers: [1, 2], loop: 'closed' },
    {
      say: (line) => {
        if (line.startsWith('closure-join, closed loop, 1 callers')) seconds += 1;
        if (seconds === 1) process.kill(pid, 'SIGKILL');
      },
    },
    (server) => {
      pid = server.pid;
    },
  );
  expect(file).toMatchObject({ finished: false, unfinishedBecause: 'the server ended midway' });
  expect(problems.at(-1)).toBe('unfinished: the server ended midway');
  expect(file.results.cells).toHaveLength(1);
  expect(readResult('concurrency')).toEqual(file);
});

let pid = 0;

it('counts the time of an open loop from when a call was due', async () => {
  // The first call blocks the process; the others are late for no fault of their own.
  const until = performance.now() + 200;
  const ask = async () => {
    while (performance.now() < until);
    await sleep(1);
    return undefined;
  };
  const limits = { seconds: 0.1, callsMax: 100 };
  const { calls, latency } = await openLoop(ask, [{} as never], 100, limits, new AbortController().signal);
  expect(calls).toBe(10);
  expect(latency.p50Ms).toBeGreaterThan(50);
});
