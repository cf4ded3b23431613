import type { IncomingHttpHeaders } from 'node:http2';
import { createContextKey } from '@connectrpc/connect';
import type { DomainError } from '@finance/domain';
import type { PeerSocket } from './identity/authenticator.ts';
import type { Admitted } from './identity/gate.ts';

/** What the HTTP listener knows about a request, and what becomes of it before and in the call. */
export interface Arrival {
  readonly requestId: string;
  readonly callerAddress: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: PeerSocket;
  /** From then on the call logs itself. */
  reachedHandler: boolean;
  /** Set by the gate. */
  admitted: Admitted | undefined;
  /** Lets a stream of answers stay open. */
  readonly mayLast: () => void;
  /** Why it never reached the handler, if the framework could tell. */
  refusal: DomainError | undefined;
}

/** Unset for calls inside the process. */
export const arrivalKey = createContextKey<Arrival | undefined>(undefined, { description: 'arrival' });
