import type { ChangedFund } from './changed-fund.ts';

/** What happened to the set of all funds. */
export type FundEvent =
  | { readonly kind: 'left-base'; readonly ordinal: number }
  | { readonly kind: 'added'; readonly changed: ChangedFund }
  | { readonly kind: 'removed'; readonly changed: ChangedFund };

/** A set that is further behind is cheaper made anew than caught up. */
const keptByDefault = 20_000;
const none: readonly FundEvent[] = [];

/**
 * The latest events since the base, in the order they happened. One changed customer can stand for any number of events,
 * so how many are kept does not depend on how many there were.
 */
export class FundEvents {
  private readonly keptMin: number;
  private kept: FundEvent[] = [];
  private dropped = 0;

  /** @param keptMin at least so many are kept, and at most twice as many */
  constructor(keptMin: number = keptByDefault) {
    this.keptMin = keptMin;
  }

  /** Of all events there were. */
  get count(): number {
    return this.dropped + this.kept.length;
  }

  push(event: FundEvent): void {
    if (this.kept.length >= 2 * this.keptMin) {
      this.kept = this.kept.slice(-this.keptMin);
      this.dropped = this.dropped + this.keptMin;
    }
    this.kept.push(event);
  }

  /** Those after the first `seen`; undefined when there are more of them than are kept for certain. */
  after(seen: number): readonly FundEvent[] | undefined {
    if (seen === this.count) return none;
    return this.count - seen > this.keptMin ? undefined : this.kept.slice(seen - this.dropped);
  }
}
