import type { RowDataPacket } from 'mysql2/promise';
import type { InClauseWall } from '../result-types.ts';
import { accessOf, refusal, withMysql } from './attempt.ts';
import { bisect, findBoundary } from './bisect.ts';
import type { IdList } from './company.ts';
import { consecutiveIds, orStatement } from './statement.ts';

/** Small enough that any server takes it. */
const idsMin = 100;
/** MySQL's own count of placeholders has 16 bits. */
const parametersMost = 1_000_000;
/** Above, memory of the server would be the limit that is found. */
const rangeIdsMost = 4_000_000;
/** The wall is looked for so close to the setting: what a packet holds beside its statement is a few bytes. */
const packetMarginBytes = 4_096;

/** Looks for a limit on a server; undefined when there is none. @param like lists with the columns of the statement */
export type FindWall = (url: string, like: readonly IdList[]) => Promise<InClauseWall | undefined>;

/** From where on MySQL does not look for ranges in the lists; undefined when it always does. */
export async function rangeOptimizerWall(url: string, like: readonly IdList[]): Promise<InClauseWall | undefined> {
  let evidence = '';
  const boundary = await findBoundary(idsMin, rangeIdsMost, async (count) => {
    const { rangeWarning, type } = await accessOf(url, consecutiveIds(like, count));
    if (rangeWarning !== undefined) evidence = `${rangeWarning} Access: ${type}.`;
    return rangeWarning === undefined;
  });
  if (!boundary) return undefined;
  return {
    limit: 'range_optimizer_max_mem_size',
    setting: await setting(url, 'range_optimizer_max_mem_size'),
    ...boundary,
    statementBytesAtWall: orStatement(consecutiveIds(like, boundary.largestTaken), 'literals').length,
    evidence,
  };
}

/** How many parameters a prepared statement may have. */
export async function parametersWall(url: string, like: readonly IdList[]): Promise<InClauseWall | undefined> {
  let evidence = '';
  const boundary = await findBoundary(idsMin, parametersMost, async (count) => {
    const text = orStatement(consecutiveIds(like, count), 'parameters');
    const words = await refusalOf(() => withMysql(url, (connection) => connection.prepare(text)));
    evidence = words ?? evidence;
    return words === undefined;
  });
  if (!boundary) return undefined;
  return {
    limit: 'prepared statement parameters',
    setting: boundary.largestTaken,
    ...boundary,
    statementBytesAtWall: orStatement(consecutiveIds(like, boundary.largestTaken), 'parameters').length,
    evidence,
  };
}

/**
 * The longest statement that fits a packet. The boundary is found with a short list and spaces in it, which costs the
 * server nothing; then a list of real length is sent, one id beyond it.
 */
export async function packetWall(url: string, like: readonly IdList[]): Promise<InClauseWall> {
  const limitBytes = await setting(url, 'max_allowed_packet');
  let evidence = '';
  const sendText = async (text: string): Promise<boolean> => {
    const words = await refusalOf(() => withMysql(url, (connection) => connection.query(text)));
    evidence = words ?? evidence;
    return words === undefined;
  };
  const short = orStatement(consecutiveIds(like, idsMin), 'literals');
  const { largestTaken: bytesTaken } = await bisect(
    Math.max(short.length, limitBytes - packetMarginBytes),
    limitBytes + packetMarginBytes,
    (bytes) => sendText(short.padEnd(bytes)),
  );
  const { largestTaken, smallestRefused } = await bisect(
    1,
    bytesTaken,
    async (count) => bytesOf(like, count) <= bytesTaken,
  );
  if (await sendText(orStatement(consecutiveIds(like, smallestRefused), 'literals'))) {
    throw new Error(`MySQL took ${smallestRefused} ids, though it refused a statement of ${bytesTaken + 1} bytes`);
  }
  return {
    limit: 'max_allowed_packet',
    setting: limitBytes,
    largestTaken,
    smallestRefused,
    statementBytesAtWall: bytesTaken,
    evidence,
  };
}

/** The length of a statement with so many consecutive ids, without making it. */
function bytesOf(like: readonly IdList[], count: number): number {
  const frame = orStatement(consecutiveIds(like, like.length), 'literals').length - like.length;
  return (
    frame +
    like.reduce((sum, _, i) => {
      const share = Math.floor(count / like.length) + (i < count % like.length ? 1 : 0);
      return sum + digitsUpTo(share) + Math.max(0, share - 1);
    }, 0)
  );
}

/** The digits of 1 to `last` together. */
function digitsUpTo(last: number): number {
  let digits = 0;
  for (let from = 1, width = 1; from <= last; from *= 10, width += 1) {
    digits += (Math.min(last, from * 10 - 1) - from + 1) * width;
  }
  return digits;
}

async function refusalOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return refusal(error);
  }
}

const setting = (url: string, name: string): Promise<number> =>
  withMysql(url, async (connection) => {
    const [rows] = await connection.query<RowDataPacket[]>(`SELECT @@${name} AS value`);
    return Number(rows[0]!['value']);
  });
