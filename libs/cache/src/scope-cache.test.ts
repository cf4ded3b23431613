import { DomainError } from '@finance/domain';
import { describe, expect, it } from 'vitest';
import { createScopeCache, type ResolveEntry } from './scope-cache.ts';

const { signal } = new AbortController();

/** A source of entries at a version that can move, and how often it was asked. */
function source() {
  const state = { orgVersion: 1n, asked: 0, gate: Promise.resolve() };
  const resolve: ResolveEntry = async (viewerUserId) => {
    state.asked += 1;
    const { orgVersion } = state;
    await state.gate;
    const place = { viewerUserId, orgVersion };
    const scope = { ...place, role: 'staff' as const, people: { left: 1, right: 1 }, subordinateCount: 0 };
    return viewerUserId === 404n ? { ...place, scope: null } : { ...place, scope };
  };
  return { state, resolve };
}

describe('a scope cache in memory', () => {
  it('asks once for a viewer, and again after the org has moved', async () => {
    const { state, resolve } = source();
    const cache = createScopeCache();
    const ask = async () => (await cache.get(1n, signal, resolve)).orgVersion;
    expect([await ask(), await ask(), state.asked]).toEqual([1n, 1n, 1]);
    state.orgVersion = 2n;
    expect(await ask()).toBe(1n);
    cache.observe(2n);
    expect([await ask(), await ask(), state.asked]).toEqual([2n, 2n, 2]);
    expect(cache.counters()).toMatchObject({ memoryHits: 3, misses: 2, hitRatio: 0.6, entries: 1 });
  });

  it('forgets everything when an older version is seen: a backup was restored', async () => {
    const { state, resolve } = source();
    state.orgVersion = 5n;
    const cache = createScopeCache();
    await cache.get(1n, signal, resolve);
    state.orgVersion = 3n;
    cache.observe(3n);
    expect((await cache.get(1n, signal, resolve)).orgVersion).toBe(3n);
  });

  it('remembers that there is no such viewer, at that version', async () => {
    const { state, resolve } = source();
    const cache = createScopeCache();
    const ask = async () => (await cache.get(404n, signal, resolve)).scope;
    expect([await ask(), await ask(), state.asked]).toEqual([null, null, 1]);
    expect(cache.counters().negativeHits).toBe(1);
  });

  it('asks once for all who come at the same time', async () => {
    const { state, resolve } = source();
    const cache = createScopeCache();
    const entries = await Promise.all(Array.from({ length: 50 }, () => cache.get(1n, signal, resolve)));
    expect(new Set(entries).size).toBe(1);
    expect(state.asked).toBe(1);
  });

  it('refuses who would be the 201st to wait, until there is room again', async () => {
    const { state, resolve } = source();
    const gate = Promise.withResolvers<void>();
    state.gate = gate.promise;
    const cache = createScopeCache();
    const waiting = Array.from({ length: 200 }, (_, i) => cache.get(BigInt(i % 2) + 1n, signal, resolve));
    await expect(cache.get(3n, signal, resolve)).rejects.toMatchObject({ reason: 'OVERLOADED' });
    gate.resolve();
    await Promise.all(waiting);
    expect((await cache.get(3n, signal, resolve)).viewerUserId).toBe(3n);
  });

  it('a caller who leaves takes nobody along, and waits no longer', async () => {
    const cache = createScopeCache();
    const leaving = new AbortController();
    const { resolve, state } = source();
    const hanging = cache.get(1n, leaving.signal, () => {
      state.asked += 1;
      return new Promise((_, reject) => {
        leaving.signal.addEventListener('abort', () => reject(new DomainError('CANCELLED', 'left')));
      });
    });
    const others = [cache.get(1n, signal, resolve), cache.get(1n, signal, resolve)];
    leaving.abort();
    await expect(hanging).rejects.toMatchObject({ reason: 'CANCELLED' });
    expect((await Promise.all(others)).map((entry) => entry.orgVersion)).toEqual([1n, 1n]);
    expect(state.asked).toBe(2);
  });

  it('a failure is everybody’s who waited, and is not remembered', async () => {
    const cache = createScopeCache();
    let asked = 0;
    const failing: ResolveEntry = () => {
      asked += 1;
      return Promise.reject(new DomainError('DEPENDENCY_UNAVAILABLE', 'away'));
    };
    const ends = await Promise.allSettled(Array.from({ length: 20 }, () => cache.get(1n, signal, failing)));
    expect(ends.every((end) => end.status === 'rejected')).toBe(true);
    expect(asked).toBe(1);
    expect((await cache.get(1n, signal, source().resolve)).orgVersion).toBe(1n);
  });

  it('an answer that was under way when the org moved is not kept', async () => {
    const { state, resolve } = source();
    const cache = createScopeCache();
    await cache.get(2n, signal, resolve);
    const gate = Promise.withResolvers<void>();
    state.gate = gate.promise;
    const slow = cache.get(1n, signal, resolve);
    await expect.poll(() => state.asked).toBe(2);
    cache.observe(2n);
    state.orgVersion = 2n;
    gate.resolve();
    expect((await slow).orgVersion).toBe(1n);
    expect((await cache.get(1n, signal, resolve)).orgVersion).toBe(2n);
  });

  it('keeps named viewers warm over changes of the org', async () => {
    const { state, resolve } = source();
    const cache = createScopeCache();
    await cache.keepWarm([1n, 2n, 3n], resolve);
    expect(state.asked).toBe(3);
    state.orgVersion = 2n;
    cache.observe(2n);
    await expect.poll(() => cache.counters().entries, { timeout: 5_000 }).toBe(3);
    await cache.get(2n, signal, resolve);
    expect(state.asked).toBe(6);
    await cache.close();
  });
});
