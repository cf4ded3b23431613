import { openRawConnection, type RawConnection, type RawEnd } from './raw-connection.ts';

/** A connection that is opened when it is needed, and again after a loss, with calls as gRPC's clients keep them. */
export interface RawChannel {
  /** `ended` is told once, never before this returns. @returns what takes the call back */
  call(path: string, message: Buffer, deadlineMs: number, ended: (end: RawEnd) => void): () => void;
  close(): void;
}

/** Of gRPC's connection back-off protocol, as its clients have it by default. */
const backoff = { firstMs: 1_000, factor: 1.6, maxMs: 120_000, jitter: 0.2 } as const;
const unsent: RawEnd = { status: undefined, answer: undefined };

/** Calls wait while a connection is made; after attempts that came to nothing they fail at once until the next one is due. */
export function createRawChannel(host: string, port: number): RawChannel {
  let current: RawConnection | undefined;
  let waiting: { send(connection: RawConnection | undefined): void }[] = [];
  let nextMs = -Infinity;
  let delayMs = 0;

  const sendWaiting = (connection: RawConnection | undefined): void => {
    const calls = waiting;
    waiting = [];
    for (const { send } of calls) send(connection);
  };
  const connect = (): RawConnection | undefined => {
    if (current?.isOpen) return current;
    const nowMs = performance.now();
    if (current?.isGreeted) delayMs = 0;
    if (nowMs < nextMs) return undefined;
    delayMs = delayMs === 0 ? backoff.firstMs : Math.min(backoff.maxMs, delayMs * backoff.factor);
    nextMs = nowMs + delayMs * (1 + backoff.jitter * (2 * Math.random() - 1));
    const connection = openRawConnection(host, port, {
      greeted: () => sendWaiting(connection),
      lost: () => {
        if (current === connection) sendWaiting(undefined);
      },
    });
    return (current = connection);
  };

  return {
    call: (path, message, deadlineMs, ended) => {
      const connection = connect();
      if (connection === undefined) {
        setImmediate(ended, unsent);
        return () => undefined;
      }
      if (connection.isGreeted) {
        const id = connection.call(path, message, deadlineMs, ended);
        return () => connection.giveUp(id);
      }
      const endsAtMs = performance.now() + deadlineMs;
      let giveUp = (): void => {
        giveUp = () => undefined;
        ended(unsent);
      };
      const call = {
        send: (greeted: RawConnection | undefined): void => {
          const leftMs = Math.floor(endsAtMs - performance.now());
          if (greeted === undefined || leftMs <= 0) return giveUp();
          const id = greeted.call(path, message, leftMs, ended);
          giveUp = () => greeted.giveUp(id);
        },
      };
      waiting.push(call);
      return () => giveUp();
    },
    close: () => current?.close(),
  };
}
