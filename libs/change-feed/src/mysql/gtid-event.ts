import { eventCodes, eventType, headerBytes } from './event-codes.ts';

/** A transaction: `uuid` or `uuid:tag`, and its number. */
export interface Gtid {
  readonly source: string;
  readonly number: number;
  /**
   * Microseconds at which it was committed where it was made, alike on every server and in every replay: another
   * transaction that was given the same number has another. Undefined before MySQL 8.0.1.
   */
  readonly committedAtMicros: number | undefined;
}

/** The GTID of the event that begins a transaction. */
export function gtidOf(event: Buffer): Gtid {
  if (eventType(event) === eventCodes.gtidTagged) return taggedGtidOf(event);
  return {
    source: uuidOf(event.subarray(headerBytes + 1, headerBytes + 17)),
    number: Number(event.readBigUInt64LE(headerBytes + 17)),
    committedAtMicros: commitTimeAt(event, commitTimeStart),
  };
}

/** Behind flags, uuid, number, kind of clock, and two numbers of that clock. */
const commitTimeStart = headerBytes + 42;
const commitTimeBytes = 7;

/** The time here, and behind it, if its highest bit is set, the time where the transaction was made. */
function commitTimeAt(event: Buffer, start: number): number | undefined {
  if (event.length < start + commitTimeBytes) return undefined;
  const micros = (at: number): number => event.readUIntLE(at, 6) + (event[at + 6]! & 0x7f) * 2 ** 48;
  const hasOrigin = (event[start + 6]! & 0x80) !== 0;
  return micros(hasOrigin ? start + commitTimeBytes : start);
}

/**
 * Since 8.3: version, size, last field that must be known, then fields with their number, all of variable length
 * (mysql/serialization): 0 flags, 1 uuid as 16 numbers, 2 the signed number, 3 the tag, 4 and 5 the numbers of a clock,
 * 6 the time of the commit here, 7 where it was made, if that is another.
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
  const source = `${uuidOf(uuid)}:${event.toString('latin1', at, at + length)}`;
  at += length;
  for (let skipped = 0; skipped < 5; skipped += 1) next();
  const here = next();
  return { source, number, committedAtMicros: next() === originField ? next() : here };
}

const originField = 7;

const trailingOnes = (byte: number): number => 31 - Math.clz32(~byte & -~byte);

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
