import { fromJson } from '@bufbuild/protobuf';
import { TimestampSchema, type Timestamp } from '@bufbuild/protobuf/wkt';
import { InvalidArgumentError } from 'commander';

const pattern = /^(\d{4}-\d\d-\d\d)(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d(?:\.\d{1,6})?)?(Z|[+-]\d\d:[0-5]\d)?)?$/;

/**
 * An ISO 8601 date or time, to the microsecond; without a zone it is UTC, without a time it is midnight.
 * @throws InvalidArgumentError also for days that no month has
 */
export function instant(text: string): Timestamp {
  const [, date, minute = '00:00', second = ':00', zone = 'Z'] = pattern.exec(text) ?? [];
  if (date === undefined || !isDay(date)) {
    throw new InvalidArgumentError('It must be a date such as 2025-09-30 or a time such as 2025-09-30T17:05:00Z.');
  }
  return fromJson(TimestampSchema, `${date}T${minute}${second}${zone}`);
}

/** `Date` turns 30 February into 2 March. */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) && date >= '0001-01-02';
}
