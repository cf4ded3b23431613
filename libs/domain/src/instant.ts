/**
 * An instant is a number of microseconds since 1970 UTC. A double holds these exactly in the years 1685 to 2254; further
 * out each next double stands for the next microsecond. So every microsecond of the years 1 to 9999 has a number of its
 * own, and instants compare like the moments they stand for.
 */
const exactMax = 2 ** 53;
const exactMaxMicros = BigInt(exactMax);

const bits = new BigInt64Array(1);
const double = new Float64Array(bits.buffer);
double[0] = exactMax;
const bitsOfExactMax = bits[0]!;

/** 0001-01-01T00:00:00Z: the contract's timestamps begin here. */
export const microsMin = -62_135_596_800_000_000n;
/** 9999-12-31T23:59:59.999999Z. */
export const microsMax = 253_402_300_799_999_999n;

/** The instant of some microseconds since 1970 UTC. */
export function instantOf(micros: bigint): number {
  const near = Number(micros);
  if (Number.isSafeInteger(near)) return near;
  bits[0] = bitsOfExactMax + (micros < 0n ? -micros : micros) - exactMaxMicros;
  return micros < 0n ? -double[0]! : double[0]!;
}

/** The microseconds since 1970 UTC of an instant. */
export function microsOf(instant: number): bigint {
  if (Number.isSafeInteger(instant)) return BigInt(instant);
  double[0] = Math.abs(instant);
  const size = bits[0]! - bitsOfExactMax + exactMaxMicros;
  return instant < 0 ? -size : size;
}

/** The whole seconds since 1970 UTC of an instant, rounded down, and the microseconds on top. */
export function splitInstant(instant: number): { readonly seconds: number; readonly micros: number } {
  if (Number.isSafeInteger(instant)) {
    const seconds = Math.floor(instant / 1_000_000);
    return { seconds, micros: instant - seconds * 1_000_000 };
  }
  const all = microsOf(instant);
  const micros = ((all % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return { seconds: Number((all - micros) / 1_000_000n), micros: Number(micros) };
}
