const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](\d\d):(\d\d))$/;

/**
 * What is wrong with the text of a google.protobuf.Timestamp; undefined for a time that there is. Date.parse, which
 * protobuf reads it with, takes the 31st of April for the 1st of May.
 */
export function timestampProblem(text: string): string | undefined {
  const match = rfc3339.exec(text);
  if (!match) return 'must be a time as RFC 3339 writes it, such as 2026-01-31T09:30:00Z, with at most nine decimals';
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const isTime = hour < 24 && minute < 60 && second < 60 && offsetHour < 24 && offsetMinute < 60;
  if (!isDate || !isTime) return 'is no day or no time of day';
  const yearUtc = new Date(text).getUTCFullYear();
  return yearUtc >= 1 && yearUtc <= 9999 ? undefined : 'must lie in the years 1 to 9999';
}
