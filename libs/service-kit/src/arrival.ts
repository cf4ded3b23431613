import { createContextKey } from '@connectrpc/connect';
import type { DomainError } from '@finance/domain';

/** What the HTTP listener knows about a request, and what becomes of it before and in the call. */
export interface Arrival {
  readonly requestId: string;
  readonly callerAddress: string;
  /** From then on the call logs itself. */
  reachedHandler: boolean;
  /** Why it never reached the handler, if the framework could tell. */
  refusal: DomainError | undefined;
}

/** Unset for calls inside the process. */
export const arrivalKey = createContextKey<Arrival | undefined>(undefined, { description: 'arrival' });
