import { eventCodes, eventType, headerBytes } from './event-codes.ts';

/** A transaction: `uuid` or `uuid:tag`, and its number. */
export interface Gtid {
  readonly source: string;
  readonly number: number;
}

/** The GTID of the event that begins a transaction. */
export function gtidOf(event: Buffer): Gtid {
  if (eventType(event) === eventCodes.gtidTagged) return taggedGtidOf(event);
  return {
    source: uuidOf(event.subarray(headerBytes + 1, headerBytes + 17)),
    number: Number(event.readBigUInt64LE(headerBytes + 17)),
  };
}

/**
 * Since 8.3: version, size, last field that must be known, then fields with their number, all of variable length
 * (mysql/serialization): 0 flags, 1 uuid as 16 numbers, 2 the signed number, 3 the tag.
 */
function taggedGtidOf(event: Buffer): Gtid {
  let at = headerBytes;
  const next = (): number => {
    const bytes = trailingOnes(event[at]!) + 1;
    let value = 0n;
    for (let n = bytes - 1; n >= 0; n -= 1) value = (value << 8n) | BigInt(event[at + n]!);
    at += bytes;
    return Number(value >> BigInt(Math.min(bytes, 8)));
  };
  for (let skipped = 0; skipped < 5; skipped += 1) next();
  next();
  const uuid = Buffer.from(Array.from({ length: 16 }, next));
  next();
  const number = Math.floor(next() / 2);
  next();
  const length = next();
  return { source: `${uuidOf(uuid)}:${event.toString('latin1', at, at + length)}`, number };
}

const trailingOnes = (byte: number): number => 31 - Math.clz32(~byte & -~byte);

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
