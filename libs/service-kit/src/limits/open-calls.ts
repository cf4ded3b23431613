import type { DomainError } from '@finance/domain';
import { RingLink } from './ring.ts';

/** A call that runs. */
export interface OpenCall {
  /** Its HTTP/2 session, or its HTTP/1.1 socket; undefined inside of the process. */
  readonly connection: object | undefined;
  /** Ends it with a reason that its caller gets. */
  abort(reason: DomainError): void;
}

/** The calls that run now, so that nobody is cut off without a word when a connection or the server ends. */
export class OpenCalls {
  readonly #ring = new RingLink<OpenCall>();

  /** The call counts as open until its link is taken out. */
  add(call: OpenCall): RingLink<OpenCall> {
    const link = new RingLink(call);
    link.putBefore(this.#ring);
    return link;
  }

  /** Ends those of one connection, or all. */
  abort(reason: DomainError, connection?: object): void {
    for (const call of this.#all()) if (connection === undefined || call.connection === connection) call.abort(reason);
  }

  hasOn(connection: object): boolean {
    return this.#all().some((call) => call.connection === connection);
  }

  /** A copy, because a call that is ended may leave the ring at once. */
  #all(): OpenCall[] {
    const calls: OpenCall[] = [];
    for (let { next } = this.#ring; next.item; next = next.next) calls.push(next.item);
    return calls;
  }
}
