/** Lets a follower sleep until somebody needs what it may have missed. */
export interface WakeUp {
  /** Ends every sleep. */
  now(): void;
  /** Returns after a time, at {@link now}, or when the signal aborts. */
  wait(timeMaxMs: number, signal: AbortSignal): Promise<void>;
}

export function createWakeUp(): WakeUp {
  const sleepers = new Set<() => void>();
  return {
    now: () => {
      for (const wake of sleepers) wake();
    },
    wait: (timeMaxMs, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          sleepers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, timeMaxMs);
        sleepers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      }),
  };
}
