/**
 * An item in a ring of links, in the order of their beginning. A Map makes its table anew every few items, and V8 lets
 * each table that is left behind keep its items, and the next table, past minor collections.
 */
export class RingLink<T> {
  /** Undefined for the link that holds the ring together. */
  readonly item: T | undefined;
  next: RingLink<T> = this;
  #previous: RingLink<T> = this;

  constructor(item?: T) {
    this.item = item;
  }

  get alone(): boolean {
    return this.next === this;
  }

  putBefore(link: RingLink<T>): void {
    this.next = link;
    this.#previous = link.#previous;
    this.#previous.next = link.#previous = this;
  }

  /** No effect on one that is alone. */
  takeOut(): void {
    this.#previous.next = this.next;
    this.next.#previous = this.#previous;
    this.next = this.#previous = this;
  }
}
