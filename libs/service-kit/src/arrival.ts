import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest, IncomingHttpHeaders } from 'node:http2';
import { createContextKey } from '@connectrpc/connect';
import { DomainError } from '@finance/domain';
import { peerAddress } from './identity/authenticator.ts';
import type { PeerSocket } from './identity/authenticator.ts';
import type { Caller } from './identity/caller.ts';
import type { Admitted } from './identity/gate.ts';
import type { Release } from './limits/release.ts';
import { unread, UnreadAnswer } from './limits/unread-answer.ts';
import { RequestBody } from './request-body.ts';
import { requestIdFrom, requestIdHeader } from './request-id.ts';
import type { ServerCall } from './server-call.ts';

/** How long the parts of a call may take, as its listener watches them; each returns what ends the watch. */
export interface ArrivalWatch {
  /** Until all of a unary call's answer has been read. */
  call(): () => void;
  /** Until all of the request is there. */
  request(isOpen: boolean): () => void;
}

/** What the HTTP listener knows about a request, and what becomes of it before and in the call. */
export class Arrival {
  readonly requestId: string;
  readonly callerAddress: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: PeerSocket;
  readonly body: RequestBody;
  /** The HTTP/2 session, or the HTTP/1.1 socket. */
  readonly connection: object | undefined;
  /** From then on the call logs itself. */
  reachedHandler = false;
  /** Set by the gate. */
  caller: Caller | undefined;
  /** Why it never reached the handler, if the framework could tell. */
  refusal: DomainError | undefined;
  readonly #watch: ArrivalWatch;
  #mayLast: () => void;
  #finished: (() => void) | undefined;
  #ended = false;
  #release: Release | undefined;
  #call: ServerCall | undefined;
  #encodesSinceMs = 0;
  #reader: UnreadAnswer | undefined;
  #stream: ServerCall | undefined;

  constructor(request: IncomingMessage | Http2ServerRequest, watch: ArrivalWatch) {
    this.requestId = requestIdFrom(request.headers[requestIdHeader]);
    this.callerAddress = peerAddress(request.socket);
    this.headers = request.headers;
    // What an HTTP/2 request calls its socket is another object each time.
    this.socket = ('stream' in request && request.stream.session?.socket) || request.socket;
    this.connection = 'stream' in request ? request.stream.session : request.socket;
    this.body = new RequestBody(request);
    this.#watch = watch;
    this.#mayLast = watch.call();
  }

  /** The caller may call: all of its request has to come soon. */
  admit(caller: Caller, isOpen: boolean): void {
    this.caller = caller;
    if (!this.#ended) this.#finished = this.#watch.request(isOpen);
  }

  /** The request is there: its call takes its place until it ends. @throws DomainError OVERLOADED or CANCELLED */
  enter(take: Admitted['enter'], isUnary: boolean): void {
    this.#finished?.();
    // Nothing would give the place back any more.
    if (this.#ended) throw new DomainError('CANCELLED', 'the caller went away');
    this.#release = take();
    // An export lasts; a unary call must have been answered by the time that the watch gives.
    if (!isUnary) this.#mayLast();
  }

  /** The call's stream of answers begins; it ends when the caller does not read it. */
  stream(call: ServerCall): void {
    // Nothing would close it any more.
    if (this.#ended) return;
    this.#stream = call;
    this.#reader = new UnreadAnswer(() => {
      call.abort(unread());
      this.#mayLast();
      if (!this.#ended) this.#mayLast = this.#watch.call();
    });
  }

  /** An answer of the call is made: what follows turns it into bytes. */
  answered(call: ServerCall): void {
    this.#call = call;
    this.#encodesSinceMs = performance.now();
  }

  /** Bytes of an answer are written; to be called when they have been taken. */
  wrote(): () => void {
    this.#call?.used(performance.now() - this.#encodesSinceMs);
    this.#call = undefined;
    this.#reader?.wrote();
    return this.#reader?.taken ?? nothing;
  }

  /** The answer was sent, or nobody waits for it. */
  end(): void {
    this.#reader?.close();
    // Connect may wait for ever to write more.
    this.#stream?.leave();
    this.#ended = true;
    this.#finished?.();
    this.#mayLast();
    this.#release?.();
  }
}

const nothing = () => undefined;

/** Unset for calls inside the process. */
export const arrivalKey = createContextKey<Arrival | undefined>(undefined, { description: 'arrival' });
