import type { DescMethod } from '@bufbuild/protobuf';
import { DomainError } from '@finance/domain';
import { isInfrastructure } from '../infrastructure-rpcs.ts';

/** What the messages of an RPC's requests may be. */
export interface RequestBounds {
  /** Of each, after decompression too. */
  readonly bytesMax: number;
  /** For who goes beyond. */
  readonly setBy: 'MAX_MESSAGE_BYTES' | 'this RPC';
  readonly mayBeCompressed: boolean;
}

/** Names of services and of types, which is all that health and reflection are asked with. */
const infrastructure: RequestBounds = { bytesMax: 1024, setBy: 'this RPC', mayBeCompressed: false };

/** @param maxMessageBytes of the server */
export const requestBoundsOf = (method: DescMethod, maxMessageBytes: number): RequestBounds =>
  isInfrastructure(method)
    ? infrastructure
    : { bytesMax: maxMessageBytes, setBy: 'MAX_MESSAGE_BYTES', mayBeCompressed: true };

/** To decode each message of a call that has one would cost its caller next to nothing. */
export const secondMessage = (): DomainError =>
  new DomainError('FIELD_INVALID', 'the call has more than one request message');
