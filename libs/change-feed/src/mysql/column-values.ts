import { secondsOfDay } from '@finance/schema';
import type { ColumnContent, Value } from '../rows/feed-tables.ts';

/** How a column stands in row images. */
export interface ColumnFormat {
  /** Bytes of the value at a place, so that it can be passed over. */
  readonly bytesAt: (data: Buffer, at: number) => number;
  /** The value at a place; missing for types that none of our columns may have. */
  readonly read?: (data: Buffer, at: number) => Value;
}

const integerBytes: Readonly<Record<number, number>> = { 1: 1, 2: 2, 9: 3, 3: 4, 8: 8 };
const fixedBytes: Readonly<Record<number, number>> = { 4: 4, 5: 8, 7: 4, 10: 3, 11: 3, 12: 8, 13: 1 };
const varchar = 15;
const bit = 16;
const timestamp2 = 17;
const datetime2 = 18;
const time2 = 19;
const newDecimal = 246;
const stringType = 254;
const enumType = 247;
const setType = 248;
/** The type of JSON columns. */
export const jsonType = 245;
/** VECTOR, JSON, BLOB and TEXT, GEOMETRY: their metadata is the size of the length. */
const blobTypes = new Set([242, jsonType, 252, 255]);

/** Bytes of metadata that a column type has in a table map. */
export function metadataBytes(type: number): number {
  if (type === varchar || type === bit || type === newDecimal || type === stringType) return 2;
  return type === timestamp2 || type === datetime2 || type === time2 || type === 4 || type === 5 || blobTypes.has(type)
    ? 1
    : 0;
}

/**
 * The format of a column by its type and metadata in the table map. `content` is what we expect there.
 * @returns undefined for a type that is unknown, or that cannot hold such content
 */
export function columnFormat(
  type: number,
  metadata: Buffer,
  content: ColumnContent | undefined,
  isUnsigned: boolean,
): ColumnFormat | undefined {
  const format = anyFormat(type, metadata, isUnsigned);
  if (content === undefined || format === undefined) return format;
  const fits =
    (content === 'integer' && integerBytes[type] !== undefined) ||
    (content === 'text' && type === varchar) ||
    (content === 'amount' && type === newDecimal && metadata[1] === 2) ||
    (content === 'instant' && (type === datetime2 || type === timestamp2));
  return fits ? format : undefined;
}

function anyFormat(type: number, metadata: Buffer, isUnsigned: boolean): ColumnFormat | undefined {
  if (integerBytes[type] !== undefined) return integerFormat(integerBytes[type], isUnsigned);
  if (fixedBytes[type] !== undefined) return fixed(fixedBytes[type]);
  if (blobTypes.has(type)) {
    const lengthBytes = metadata[0]!;
    return { bytesAt: (data, at) => lengthBytes + data.readUIntLE(at, lengthBytes) };
  }
  switch (type) {
    case varchar:
      return textFormat(metadata.readUInt16LE(0) > 255 ? 2 : 1);
    case stringType: {
      if (metadata[0] === enumType || metadata[0] === setType) return fixed(metadata[1]!);
      // Two bits of the length are hidden, inverted, in the type.
      const bytesMax = (((metadata[0]! & 0x30) ^ 0x30) << 4) | metadata[1]!;
      return textFormat(bytesMax > 255 ? 2 : 1);
    }
    case bit:
      return fixed(metadata[1]! + (metadata[0]! > 0 ? 1 : 0));
    case newDecimal:
      return decimalFormat(metadata[0]!, metadata[1]!);
    case datetime2: {
      const fractionBytes = (metadata[0]! + 1) >> 1;
      return { ...fixed(5 + fractionBytes), read: (data, at) => datetimeAt(data, at, fractionBytes) };
    }
    case timestamp2: {
      const fractionBytes = (metadata[0]! + 1) >> 1;
      return { ...fixed(4 + fractionBytes), read: (data, at) => timestampAt(data, at, fractionBytes) };
    }
    case time2:
      return fixed(3 + ((metadata[0]! + 1) >> 1));
    default:
      return undefined;
  }
}

const fixed = (bytes: number): ColumnFormat => ({ bytesAt: () => bytes });

const textFormat = (lengthBytes: number): ColumnFormat => ({
  bytesAt: (data, at) => lengthBytes + (lengthBytes === 1 ? data[at]! : data.readUInt16LE(at)),
  read: (data, at) => {
    const length = lengthBytes === 1 ? data[at]! : data.readUInt16LE(at);
    return data.toString('utf8', at + lengthBytes, at + lengthBytes + length);
  },
});

function integerFormat(bytes: number, isUnsigned: boolean): ColumnFormat {
  if (bytes < 8) {
    return {
      ...fixed(bytes),
      read: (data, at) => BigInt(isUnsigned ? data.readUIntLE(at, bytes) : data.readIntLE(at, bytes)),
    };
  }
  return {
    ...fixed(bytes),
    read: (data, at) => (isUnsigned ? data.readBigUInt64LE(at) : data.readBigInt64LE(at)),
  };
}

/** Bytes that hold 0 to 9 decimal digits. */
const digitBytes = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4];

function decimalFormat(precision: number, scale: number): ColumnFormat {
  const wholeDigits = precision - scale;
  const groups = Math.floor(wholeDigits / 9);
  const leadingBytes = digitBytes[wholeDigits % 9]!;
  const wholeBytes = leadingBytes + groups * 4;
  const bytes = wholeBytes + Math.floor(scale / 9) * 4 + digitBytes[scale % 9]!;
  // Whole numbers up to 2^53 hold every amount of 15 digits in cents.
  if (scale !== 2 || precision > 15) return fixed(bytes);
  return {
    ...fixed(bytes),
    read: (data, at) => {
      const mask = data[at]! & 0x80 ? 0 : 0xff;
      let whole = 0;
      let place = at;
      const digits = (count: number, isFirst: boolean): number => {
        let value = 0;
        for (let n = 0; n < count; n += 1, place += 1) {
          value = value * 256 + (data[place]! ^ mask ^ (isFirst && n === 0 ? 0x80 : 0));
        }
        return value;
      };
      if (leadingBytes > 0) whole = digits(leadingBytes, true);
      for (let group = 0; group < groups; group += 1) {
        whole = whole * 1_000_000_000 + digits(4, leadingBytes === 0 && group === 0);
      }
      const cents = whole * 100 + digits(1, wholeBytes === 0);
      return BigInt(mask === 0 ? cents : -cents);
    },
  };
}

/** Hundredths of a second in one byte, ten-thousandths in two, microseconds in three. */
function fractionAt(data: Buffer, at: number, bytes: number): number {
  if (bytes === 0) return 0;
  return data.readUIntBE(at, bytes) * [0, 10_000, 100, 1][bytes]!;
}

/**
 * 1 bit sign, 17 bits year * 13 + month, 5 day, 5 hour, 6 minute, 6 second; taken as UTC. A day that the calendar does
 * not have comes as text.
 */
function datetimeAt(data: Buffer, at: number, fractionBytes: number): bigint | string {
  const date = (data.readUIntBE(at, 3) & 0x7f_ff_ff) >>> 1;
  const rest = data.readUIntBE(at + 2, 3) & 0x1_ff_ff;
  const yearMonth = date >>> 5;
  const [year, month, day] = [Math.floor(yearMonth / 13), yearMonth % 13, date & 31];
  const seconds = secondsOfDay(year, month, day);
  if (seconds === undefined) return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
  const time = (rest >>> 12) * 3600 + ((rest >>> 6) & 63) * 60 + (rest & 63);
  return micros(seconds + time, fractionAt(data, at + 5, fractionBytes));
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** Seconds since 1970 UTC; a zero date has none at all. */
function timestampAt(data: Buffer, at: number, fractionBytes: number): bigint | string {
  const seconds = data.readUInt32BE(at);
  const fraction = fractionAt(data, at + 4, fractionBytes);
  return seconds === 0 && fraction === 0 ? '0000-00-00' : micros(seconds, fraction);
}

function micros(seconds: number, fractionMicros: number): bigint {
  const all = seconds * 1_000_000 + fractionMicros;
  return Number.isSafeInteger(all) ? BigInt(all) : BigInt(seconds) * 1_000_000n + BigInt(fractionMicros);
}
