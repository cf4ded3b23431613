import { eventCodes, eventType, headerBytes } from './event-codes.ts';

/** A statement as it stands in the binlog. */
export interface QueryEvent {
  readonly text: string;
  /** The default database of the session. */
  readonly database: string;
  /**
   * The databases of all tables that the statement wrote or read, those of its views, triggers and functions too;
   * undefined where the server does not say.
   */
  readonly accessed: readonly string[] | undefined;
}

const postHeaderBytes = 13;
/** The file, and where its name stands in the text. */
const loadHeaderBytes = 13;

/** Reads a query event, or the one that ends LOAD DATA. */
export function queryEventOf(event: Buffer): QueryEvent {
  const databaseBytes = event[headerBytes + 8]!;
  const statusBytes = event.readUInt16LE(headerBytes + 11);
  const isLoad = eventType(event) === eventCodes.executeLoadQuery;
  const statusAt = headerBytes + postHeaderBytes + (isLoad ? loadHeaderBytes : 0);
  const databaseAt = statusAt + statusBytes;
  const databaseEnd = databaseAt + databaseBytes;
  return {
    text: event.toString('utf8', databaseEnd + 1, event.length),
    database: event.toString('utf8', databaseAt, databaseEnd),
    accessed: accessedDatabases(event.subarray(statusAt, databaseAt)),
  };
}

/** Bytes of the status variables that stand before the databases, by code; -1: one byte of length, then so many. */
const statusBytesByCode: Readonly<Record<number, number>> = {
  0: 4, // flags
  1: 8, // sql_mode
  3: 4, // auto_increment
  4: 6, // character sets
  5: -1, // time zone
  6: -1, // catalog
  7: 2, // names of times
  8: 2, // database character set
  9: 8, // tables for update
  10: 4, // errors
};
const invoker = 11;
const updatedDatabases = 12;
/** Stands for more databases than are listed. */
const tooMany = 254;

function accessedDatabases(status: Buffer): readonly string[] | undefined {
  for (let at = 0; at < status.length;) {
    const code = status[at]!;
    at += 1;
    if (code === updatedDatabases) return databaseNames(status, at);
    if (code === invoker) {
      at += 1 + status[at]!;
      at += 1 + status[at]!;
      continue;
    }
    const bytes = statusBytesByCode[code];
    if (bytes === undefined) return undefined;
    at += bytes < 0 ? 1 + status[at]! : bytes;
  }
  return undefined;
}

/** Names end with zero. An empty one stands for what cannot be told: a table that foreign keys refer to. */
function databaseNames(status: Buffer, start: number): readonly string[] | undefined {
  const count = status[start]!;
  if (count === tooMany) return undefined;
  const names: string[] = [];
  let at = start + 1;
  for (let n = 0; n < count; n += 1) {
    const end = status.indexOf(0, at);
    names.push(status.toString('utf8', at, end));
    at = end + 1;
  }
  return names.length === 0 || names.includes('') ? undefined : names;
}
