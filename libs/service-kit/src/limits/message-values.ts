import { DomainError } from '@finance/domain';

/** Well above the ids of the largest batch; what a request of the same bytes would cost beyond is not worth reading. */
export const valuesMax = 10_000;

/**
 * Looks how many values a protobuf message can hold, because reading one costs a hundred times its byte. The tag of each
 * and each number end with a byte below 128, in lists, groups and unknown fields too. So does each letter of a text,
 * which is no loss: no text of a request is that long.
 * @throws DomainError MESSAGE_TOO_LARGE
 */
export function checkValues(bytes: Uint8Array): void {
  if (bytes.length <= valuesMax) return;
  let values = 0;
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at]! < 128) values += 1;
  if (values > valuesMax) {
    throw new DomainError(
      'MESSAGE_TOO_LARGE',
      `the request holds more than ${valuesMax} numbers, fields and letters: send less at a time`,
      { max: String(valuesMax) },
    );
  }
}
