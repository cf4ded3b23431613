import { DomainError } from '@finance/domain';

/** A request message over MAX_MESSAGE_BYTES, before or after decompression; alike on every transport. */
export const messageTooLarge = (maxMessageBytes: number): DomainError =>
  new DomainError(
    'MESSAGE_TOO_LARGE',
    `the request message is over ${maxMessageBytes} bytes, which MAX_MESSAGE_BYTES allows here: send less at a time`,
    { max: String(maxMessageBytes) },
  );
