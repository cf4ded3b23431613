import { DomainError } from '@finance/domain';
import type { RequestBounds } from './limits/request-bounds.ts';

/** A request message over its bound, before or after decompression; alike on every transport. */
export const messageTooLarge = ({ bytesMax, setBy }: Pick<RequestBounds, 'bytesMax' | 'setBy'>): DomainError =>
  new DomainError(
    'MESSAGE_TOO_LARGE',
    `the request message is over ${bytesMax} bytes, which ${setBy} allows here: send less at a time`,
    { max: String(bytesMax) },
  );
