const microsPerMilli = 1000;

/** `YYYY-MM-DD HH:MM:SS.ffffff` in UTC, as DATETIME(6) takes it. */
export function mysqlInstant(micros: number): string {
  const millis = Math.floor(micros / microsPerMilli);
  const rest = micros - millis * microsPerMilli;
  return `${new Date(millis).toISOString().slice(0, 23).replace('T', ' ')}${String(rest).padStart(3, '0')}`;
}

/** The inverse of {@link mysqlInstant}; fewer than six fractional digits are taken too. */
export function microsFromMysqlInstant(text: string): bigint {
  const [seconds = '', fraction = ''] = text.split('.');
  return BigInt(Date.parse(`${seconds.replace(' ', 'T')}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
}
