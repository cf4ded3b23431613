import { DomainError } from '@finance/domain';

/** A reader that reads takes some of what waits within this; what it holds, others wait for. */
export const unreadMsMax = 10_000;

/** Tells when a caller takes nothing of what was written for it. One that is slow but takes some goes on. */
export class UnreadAnswer {
  readonly #timer: NodeJS.Timeout;
  #waiting = 0;

  /** @param onUnread told once */
  constructor(onUnread: () => void) {
    this.#timer = setInterval(() => {
      if (this.#waiting === 0) return;
      this.close();
      onUnread();
    }, unreadMsMax);
  }

  /** More waits for the caller. */
  readonly wrote = (): void => {
    this.#waiting += 1;
    if (this.#waiting === 1) this.#timer.refresh();
  };

  /** The caller has taken what was written first of what waits. */
  readonly taken = (): void => {
    this.#waiting -= 1;
    this.#timer.refresh();
  };

  close(): void {
    clearInterval(this.#timer);
  }
}

/** What a stream ends with whose caller does not read it. */
export const unread = (): DomainError =>
  new DomainError(
    'CONSUMER_TOO_SLOW',
    `this caller read nothing of what waited for it for ${unreadMsMax / 1_000} s: read faster, and begin again or resume`,
    { stall_seconds: String(unreadMsMax / 1_000) },
  );
