import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Arrival } from './arrival.ts';
import type { ServerCall } from './server-call.ts';

test('a stream that begins after its caller has left leaves no timer behind', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const watch = { call: () => () => undefined, request: () => () => undefined };
  const arrival = new Arrival(new IncomingMessage(new Socket()), watch);
  arrival.end();
  arrival.stream({} as ServerCall);
  expect(vi.getTimerCount()).toBe(0);
});
