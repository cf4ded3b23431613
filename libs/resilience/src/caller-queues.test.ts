import { expect, it, onTestFinished, vi } from 'vitest';
import { createCallerQueues } from './caller-queues.ts';

it('forgets callers who have not come for long, whoever else is here, and nobody who has or waits for something', () => {
  let nowMs = 1_000_000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  onTestFinished(() => void vi.restoreAllMocks());
  const queues = createCallerQueues();
  const here = queues.of('here');
  const [gone, runs, waits] = [queues.of('gone'), queues.of('runs'), queues.of('waits')];
  runs.running = 1;
  queues.wait(waits, () => undefined);
  nowMs += 8_000;
  queues.of('here');
  nowMs += 8_000;
  expect(queues.of('here')).toBe(here);
  expect(queues.of('runs')).toBe(runs);
  expect(queues.of('waits')).toBe(waits);
  expect(queues.of('gone')).not.toBe(gone);
});
