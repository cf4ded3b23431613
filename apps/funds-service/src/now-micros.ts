/** The time in microseconds since 1970 UTC, to the millisecond. */
export const nowMicros = (): number => Date.now() * 1_000;
