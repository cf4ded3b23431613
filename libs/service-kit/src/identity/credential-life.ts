import { timerMsMax } from '../timer-ms-max.ts';

/**
 * How long a credential counts. Nothing is timed while nobody listens: only streams do, as a call without an end of
 * its own would otherwise outlive the right to make it.
 */
export class CredentialLife {
  readonly #endsAtMs: number;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;
  readonly #watched: ((life: CredentialLife, isWatched: boolean) => void) | undefined;

  /**
   * @param endsAtMs epoch milliseconds of its expiry
   * @param watched told when the first one listens, and when nobody does any more
   */
  constructor(endsAtMs = Infinity, watched?: (life: CredentialLife, isWatched: boolean) => void) {
    this.#endsAtMs = endsAtMs;
    this.#watched = watched;
  }

  /** Calls the listener once, when the credential is withdrawn or expires; the answer takes it back. */
  onEnd(listener: () => void): () => void {
    if (this.#hasEnded) {
      listener();
      return () => undefined;
    }
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      this.#watched?.(this, true);
      this.#time();
    }
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      this.#watched?.(this, false);
    };
  }

  /** The credential counts no longer. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#watched?.(this, false);
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }

  #time(): void {
    if (this.#endsAtMs === Infinity) return;
    const leftMs = this.#endsAtMs - Date.now();
    if (leftMs <= 0) return this.end();
    this.#timer = setTimeout(() => this.#time(), Math.min(leftMs, timerMsMax)).unref();
  }
}
