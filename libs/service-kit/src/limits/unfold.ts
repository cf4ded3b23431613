import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { DomainError } from '@finance/domain';
import { messageTooLarge } from '../message-too-large.ts';
import type { RequestBounds } from './request-bounds.ts';

const decompressors: Readonly<Record<string, (bytes: Uint8Array, options: object) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** Whether requests in this encoding can be unfolded. */
export const isKnownEncoding = (encoding: string): boolean => Object.hasOwn(decompressors, encoding);

/** JSON of a thousand ids comes down to a fifth; what comes down to less than this was made for it. */
const ratioMax = 20;
/** Small texts that repeat themselves are honest. */
const alwaysBytes = 4_096;

/**
 * A compressed request message as it was before.
 * @param encoding a known one
 * @throws DomainError MESSAGE_TOO_LARGE, also for what unfolds out of all proportion, or FIELD_INVALID
 */
export async function unfold(bytes: Uint8Array, encoding: string, bounds: RequestBounds): Promise<Uint8Array> {
  if (bytes.length === 0) return bytes;
  const proportionate = Math.max(alwaysBytes, bytes.length * ratioMax);
  try {
    return await decompressors[encoding]!(bytes, { maxOutputLength: Math.min(bounds.bytesMax, proportionate) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') {
      throw new DomainError('FIELD_INVALID', 'the request message cannot be decompressed', {}, { cause: error });
    }
    if (proportionate >= bounds.bytesMax) throw messageTooLarge(bounds);
    throw new DomainError(
      'MESSAGE_TOO_LARGE',
      `the request message unfolds to more than ${ratioMax} times its size: send it uncompressed`,
      { max: String(proportionate) },
    );
  }
}
