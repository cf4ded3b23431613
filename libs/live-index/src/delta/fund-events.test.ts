import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FundEvents, type FundEvent } from './fund-events.ts';

const eventOf = (ordinal: number): FundEvent => ({ kind: 'left-base', ordinal });

test('whoever has missed no more than is kept gets exactly what they missed, everybody else nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(60), fc.nat(60), (keptMin, count, seen) => {
      fc.pre(seen <= count);
      const events = new FundEvents(keptMin);
      for (let ordinal = 0; ordinal < count; ordinal += 1) events.push(eventOf(ordinal));
      expect(events.count).toBe(count);
      const missed = Array.from({ length: count - seen }, (_, index) => eventOf(seen + index));
      expect(events.after(seen)).toEqual(missed.length > keptMin ? undefined : missed);
    }),
  );
});

test('ten million events take no more room than those that are kept', () => {
  const events = new FundEvents(100);
  const event = eventOf(0);
  for (let count = 0; count < 10_000_000; count += 1) events.push(event);
  expect(events['kept'].length).toBeLessThanOrEqual(200);
});
