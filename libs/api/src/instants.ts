import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { invalidField } from '@finance/domain';

/** A proto Timestamp of microseconds since 1970 UTC. */
export function protoTimestamp(micros: number): Timestamp {
  const seconds = Math.floor(micros / 1_000_000);
  return {
    $typeName: 'google.protobuf.Timestamp',
    seconds: BigInt(seconds),
    nanos: Math.round((micros - seconds * 1_000_000) * 1_000),
  };
}

/**
 * The first microsecond that is not before a Timestamp. We keep whole microseconds, so that `at or after` and `before`
 * this one mean the same as for the nanoseconds that were asked for.
 * @throws DomainError FIELD_INVALID outside the years 1685 to 2254
 */
export function microsFromProto(timestamp: Timestamp, field: string): number {
  const micros = Number(timestamp.seconds) * 1_000_000 + Math.ceil(timestamp.nanos / 1_000);
  // Microseconds are exact numbers in this range; every database can store it.
  if (!Number.isSafeInteger(micros) || timestamp.nanos < 0 || timestamp.nanos > 999_999_999) {
    throw invalidField(field, 'must lie in the years 1685 to 2254');
  }
  return micros;
}
