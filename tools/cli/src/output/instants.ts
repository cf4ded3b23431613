import { toJson } from '@bufbuild/protobuf';
import { TimestampSchema, type Timestamp } from '@bufbuild/protobuf/wkt';

/** RFC 3339 in UTC with all its digits; empty when unset. */
export function instantText(instant: Timestamp | undefined): string {
  return instant === undefined ? '' : toJson(TimestampSchema, instant);
}

/** `YYYY-MM-DD hh:mm:ss` in UTC, for tables; empty when unset. */
export function secondText(instant: Timestamp | undefined): string {
  return instantText(instant).slice(0, 'YYYY-MM-DDThh:mm:ss'.length).replace('T', ' ');
}
