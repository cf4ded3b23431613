import { describe, expect, it } from 'vitest';
import { Fence, type FenceOutcome } from './fence.ts';

/** A fence before an index that has reached `reached`, over a database whose positions are numbers. */
function fenceBefore(options: { readonly waitMs: number }) {
  const state = { database: 0, reached: 0, reads: 0, calls: 0, hold: undefined as Promise<void> | undefined };
  const fence = new Fence<FenceOutcome>({
    readPosition: async () => {
      state.reads += 1;
      const position = String(state.database);
      await state.hold;
      return position;
    },
    hasReached: (position) => state.reached >= Number(position),
    onBehind: () => undefined,
    answer: (outcome, calls) => {
      state.calls += calls;
      return outcome;
    },
    ...options,
  });
  const reach = (position: number): boolean => {
    state.reached = position;
    return fence.check();
  };
  return { fence, state, reach };
}

const patientMs = 60_000;
const turn = () => new Promise(setImmediate);

describe('a fence', () => {
  it('reads one position for all calls at hand', async () => {
    const { fence, state } = fenceBefore({ waitMs: patientMs });
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => fence.join()));
    expect(new Set(outcomes)).toEqual(new Set(['reached']));
    expect(state).toMatchObject({ reads: 1, calls: 1_000 });
  });

  it('reads another one for calls that come while it reads: something may have been acknowledged since', async () => {
    const { fence, state, reach } = fenceBefore({ waitMs: patientMs });
    const { promise, resolve } = Promise.withResolvers<void>();
    state.hold = promise;
    const early = fence.join();
    await turn();
    state.database = 1;
    let isLateIn = false;
    const late = fence.join().then((outcome) => {
      isLateIn = true;
      return outcome;
    });
    resolve();
    expect(await early).toBe('reached');
    await turn();
    await turn();
    expect(isLateIn).toBe(false);
    expect(reach(1)).toBe(true);
    expect(await late).toBe('reached');
    expect(state.reads).toBe(2);
  });

  it('gives up after a while, whether the position comes or not, and serves the next call', async () => {
    const { fence, state, reach } = fenceBefore({ waitMs: 20 });
    state.database = 5;
    expect(await fence.join()).toBe('late');
    state.hold = new Promise(() => undefined);
    expect(await fence.join()).toBe('late');
    expect(await fence.joinAt('7')).toBe('not-reached');
    expect(reach(7)).toBe(false);
    expect(fence.waits.snapshot().counts.reduce((sum, count) => sum + count)).toBe(3);
  });

  it('lets calls go that wait for a position of their own, together', async () => {
    const { fence, state, reach } = fenceBefore({ waitMs: patientMs });
    const waiting = [fence.joinAt('3'), fence.joinAt('3'), fence.joinAt('4')];
    expect(reach(3)).toBe(true);
    expect(await Promise.all(waiting.slice(0, 2))).toEqual(['reached', 'reached']);
    fence.giveUp();
    expect(await waiting[2]).toBe('late');
    expect(state).toMatchObject({ reads: 0, calls: 3 });
  });
});
