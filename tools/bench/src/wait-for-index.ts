import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 100;

/** How long an index of so many funds may take to load on a slow machine. */
export const indexTimeoutMs = (funds: number): number => 60_000 + (funds / 1_000_000) * 30_000;

/**
 * Waits until a server's readiness page says that its live index answers; at once where none is kept.
 * @throws Error when it cannot be built or is not ready in time
 */
export async function waitForIndex(httpUrl: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const page = await fetch(new URL('/healthz/ready', httpUrl), { signal });
    const { liveIndex } = (await page.json()) as { liveIndex?: { name: string } };
    if (liveIndex === undefined || liveIndex.name === 'ready') return;
    if (liveIndex.name === 'unavailable' || performance.now() > endsAt) {
      throw new Error(`the live index is ${liveIndex.name}; the log of a server started by hand says why`);
    }
    await sleep(pollMs, undefined, { signal });
  }
}
