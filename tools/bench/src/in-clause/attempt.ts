import { connectMysql } from '@finance/schema';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { latencyOf } from '../latency.ts';
import type { InClauseAttempt } from '../result-types.ts';
import { orStatement, type IdStyle } from './statement.ts';
import type { Company, IdList } from './company.ts';

const connectTimeoutMs = 10_000;
/** ER_CAPACITY_EXCEEDED: "Memory capacity of … bytes for 'range_optimizer_max_mem_size' exceeded." */
const rangeMemoryExceeded = 3170;

/** What EXPLAIN said about the access to funds. */
export interface Access {
  /** E.g. `index_merge`, `range`, `ALL`. */
  readonly type: string;
  /** The server's words about range_optimizer_max_mem_size, when it ran out of it. */
  readonly rangeWarning: string | undefined;
}

/** Runs work on a connection of its own: one that was refused a packet is not usable any more. */
export async function withMysql<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = (await connectMysql(url, { connectTimeout: connectTimeoutMs })).promise();
  try {
    return await work(connection);
  } finally {
    connection.destroy();
  }
}

/** Sends the company's statement and looks at its plan. Never rejects for a refusal. */
export async function attempt(
  url: string,
  { fundCount, lists }: Company,
  style: IdStyle,
  iterations: number,
): Promise<InClauseAttempt> {
  const statement = orStatement(lists, style);
  const params = style === 'literals' ? [] : lists.flatMap(({ ids }) => ids.map(String));
  const send = async (connection: Connection, text: string): Promise<RowDataPacket[]> => {
    const [rows] = await (style === 'literals' ? connection.query(text) : connection.execute(text, params));
    return rows as RowDataPacket[];
  };
  try {
    return await withMysql(url, async (connection) => {
      const { rangeWarning, type } = await explain(connection, (text) => send(connection, text), statement);
      const plan = { access: type, rangeOptimizerGaveUp: rangeWarning !== undefined };
      const times: number[] = [];
      for (let call = 0; call <= iterations; call += 1) {
        const startedAt = performance.now();
        const rows = await send(connection, statement);
        if (call > 0) times.push(performance.now() - startedAt);
        const found = Number(rows[0]!['n']);
        if (found !== fundCount) {
          return { outcome: 'wrong answer', reason: `${found} funds instead of ${fundCount}`, ...plan, latency: null };
        }
      }
      return { outcome: 'right', reason: null, ...plan, latency: latencyOf(times) };
    });
  } catch (error) {
    return { outcome: 'refused', reason: refusal(error), access: null, rangeOptimizerGaveUp: false, latency: null };
  }
}

/** How MySQL would reach the funds of such lists. */
export const accessOf = (url: string, lists: readonly IdList[]): Promise<Access> =>
  withMysql(url, (connection) =>
    explain(
      connection,
      async (text) => (await connection.query<RowDataPacket[]>(text))[0],
      orStatement(lists, 'literals'),
    ),
  );

/** @throws the error unless it is the server's refusal of a statement, or the end of a connection because of it */
export function refusal(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isRefusal =
    ['ER_NET_PACKET_TOO_LARGE', 'ER_PS_MANY_PARAM', 'PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE'].includes(code) ||
    code.startsWith('ER_STACK_OVERRUN');
  if (!isRefusal || !(error instanceof Error)) throw error;
  return `${code}: ${error.message.split('\n')[0]!}`;
}

async function explain(
  connection: Connection,
  send: (text: string) => Promise<RowDataPacket[]>,
  statement: string,
): Promise<Access> {
  const plan = await send(`EXPLAIN FORMAT=TRADITIONAL ${statement}`);
  const [warnings] = await connection.query<RowDataPacket[]>('SHOW WARNINGS');
  const warning = warnings.find((row) => Number(row['Code']) === rangeMemoryExceeded);
  return { type: String(plan[0]!['type']), rangeWarning: warning && String(warning['Message']) };
}
