import { zstdDecompressSync } from 'node:zlib';
import { ChangeFeedError } from '../change-feed-error.ts';
import { headerBytes } from './event-codes.ts';
import { lengthEncoded } from './row-reader.ts';

/** A compressed transaction is in memory as a whole; a larger one is not worth it. */
const bytesMax = 256 * 1024 * 1024;
const endMark = 0;
const compressionType = 2;
const uncompressedSize = 3;
const zstd = 0;

/** The events of a transaction that was logged compressed (binlog_transaction_compression). */
export function* payloadEvents(event: Buffer): Generator<Buffer> {
  let at = headerBytes;
  let compression = zstd;
  for (;;) {
    let field: number;
    [field, at] = lengthEncoded(event, at);
    if (field === endMark) break;
    let length: number;
    [length, at] = lengthEncoded(event, at);
    const [value] = lengthEncoded(event, at);
    if (field === compressionType) compression = value;
    if (field === uncompressedSize && value > bytesMax) {
      throw new ChangeFeedError(
        'rebuild',
        'a compressed transaction is too large to be followed; set binlog_transaction_compression = OFF',
      );
    }
    at += length;
  }
  const payload = event.subarray(at);
  const events = compression === zstd ? zstdDecompressSync(payload, { maxOutputLength: bytesMax }) : payload;
  for (let start = 0; start < events.length;) {
    const end = start + events.readUInt32LE(start + 9);
    yield events.subarray(start, end);
    start = end;
  }
}
