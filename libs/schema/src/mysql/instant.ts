import { microsMax, microsMin, splitInstant } from '@finance/domain';

/** `YYYY-MM-DD HH:MM:SS.ffffff` in UTC, as DATETIME(6) takes it. */
export function mysqlInstant(instant: number): string {
  const { seconds, micros } = splitInstant(instant);
  const text = new Date(seconds * 1_000).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)}.${String(micros).padStart(6, '0')}`;
}

const pattern = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/;

/**
 * The microseconds since 1970 UTC of a DATETIME or TIMESTAMP as MySQL writes it. Undefined where there is no such moment:
 * zero dates, which sessions without NO_ZERO_DATE store, days that the month has not, and the year 0.
 */
export function microsFromMysqlInstant(text: string): bigint | undefined {
  const [, year, month, day, hour, minute, second, fraction = ''] = pattern.exec(text) ?? [];
  if (year === undefined) return undefined;
  const seconds = secondsOfDay(Number(year), Number(month), Number(day));
  if (seconds === undefined) return undefined;
  const time = Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  return BigInt(seconds + time) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

const secondsMin = Number(microsMin / 1_000_000n);
const secondsMax = Number(microsMax / 1_000_000n);

/** The seconds since 1970 UTC at which a day begins; undefined for a day that the calendar does not have. */
export function secondsOfDay(year: number, month: number, day: number): number | undefined {
  // A year below 100 would be taken for one of the last century; 400 years later the days are the same.
  const later = new Date(Date.UTC(year + 400, month - 1, day));
  if (later.getUTCMonth() !== month - 1 || later.getUTCDate() !== day) return undefined;
  const seconds = later.getTime() / 1_000 - secondsIn400Years;
  return seconds < secondsMin || seconds > secondsMax ? undefined : seconds;
}

const secondsIn400Years = 146_097 * 86_400;
