/**
 * One read at a time serves all who were waiting when it started; who comes while it runs shares the next one, because
 * something may have happened since.
 */
export function createSharedRead<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const start = (): Promise<T> => {
    next = undefined;
    const mine = read().finally(() => {
      if (running === mine) running = undefined;
    });
    running = mine;
    return mine;
  };
  return () => (running ? (next ??= running.then(start, start)) : start());
}
