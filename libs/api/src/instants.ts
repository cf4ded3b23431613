import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { instantOf, invalidField, microsMax, microsMin, splitInstant } from '@finance/domain';

/** A proto Timestamp of an instant. */
export function protoTimestamp(instant: number): Timestamp {
  const { seconds, micros } = splitInstant(instant);
  return { $typeName: 'google.protobuf.Timestamp', seconds: BigInt(seconds), nanos: micros * 1_000 };
}

/**
 * The instant of the first microsecond that is not before a Timestamp. We keep whole microseconds, so that `at or after`
 * and `before` this one mean the same as for the nanoseconds that were asked for.
 * @throws DomainError FIELD_INVALID before the year 1 and behind the last microsecond of 9999
 */
export function instantFromProto(timestamp: Timestamp, field: string): number {
  const { seconds, nanos } = timestamp;
  const micros = seconds * 1_000_000n + BigInt(Math.ceil(nanos / 1_000));
  if (nanos < 0 || nanos > 999_999_999 || micros < microsMin || micros > microsMax) {
    throw invalidField(field, 'must lie between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z');
  }
  return instantOf(micros);
}
