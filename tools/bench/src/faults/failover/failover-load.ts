import type { Client } from '@connectrpc/connect';
import { PaginationStrategy, type FundsService } from '@finance/contract/funds-service';
import type { MysqlNode } from '@finance/mysql';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql, { type Connection } from 'mysql2/promise';
import { reasonOf } from '../every-rpc.ts';

/** Funds whose amounts count up, by plain SQL; the next one counts through the service. */
const countedBySql = 10;
const countedByService = BigInt(countedBySql + 1);
const deadlineMs = 5_000;
const sqlPauseMs = 15;
const servicePauseMs = 60;
const readPauseMs = 10;
const failedPauseMs = 50;
/** Each begins far from the others, so that a value tells whose it is. */
const firstCount = (fundId: number): number => 1_000_000 * fundId;

/** What the load has met. */
export interface LoadFigures {
  reads: number;
  byIndex: number;
  failedReads: number;
  /** Fully consistent answers that lack a write which was acknowledged before the question. */
  stale: number;
  /** Answers that show a fund which no database holds any more. */
  phantom: number;
  serviceWrites: number;
  sqlWrites: number;
  /** Reasons of failed calls by number. */
  readonly reasons: Record<string, number>;
  lastIndexAnswerMs: number;
  lastServiceWriteMs: number;
  longestWithoutIndexMs: number;
  longestWithoutWritesMs: number;
}

/** Readers that check every answer, and writers by plain SQL and through the service, while databases change. */
export interface FailoverLoad {
  readonly figures: LoadFigures;
  /** Stops or starts all writers; resolves when no write is under way. */
  setWriting(on: boolean): Promise<void>;
  /** From now on no answer may show this fund: the failover has lost it. */
  forbid(fundId: bigint): void;
  /** Takes what a database holds as acknowledged: it may have lost what a replica had not received. */
  acceptLosses(admin: MysqlNode): Promise<void>;
  readonly acceptedLosses: number;
  /** Acknowledged writes that a database lacks. */
  lostOn(admin: MysqlNode): Promise<number>;
  stop(): Promise<void>;
}

/** Starts them; `url` leads plain SQL to the database that is the primary. */
export function startFailoverLoad(funds: Client<typeof FundsService>, url: string): FailoverLoad {
  const now = performance.now();
  const figures: LoadFigures = {
    reads: 0,
    byIndex: 0,
    failedReads: 0,
    stale: 0,
    phantom: 0,
    serviceWrites: 0,
    sqlWrites: 0,
    reasons: {},
    lastIndexAnswerMs: now,
    lastServiceWriteMs: now,
    longestWithoutIndexMs: 0,
    longestWithoutWritesMs: 0,
  };
  const acknowledged = new Map<number, number>();
  const counts = new Map<number, number>();
  let forbidden: bigint | undefined;
  let isRunning = true;
  let isWriting = true;
  let acceptedLosses = 0;
  let writesUnderWay = 0;

  const failed = (error: unknown): void => {
    const reason = reasonOf(error);
    figures.reasons[reason] = (figures.reasons[reason] ?? 0) + 1;
  };
  const nextCount = (fundId: number): number => {
    const count = (counts.get(fundId) ?? firstCount(fundId)) + 1;
    counts.set(fundId, count);
    return count;
  };
  const acknowledge = (fundId: number, count: number): void => {
    if ((acknowledged.get(fundId) ?? 0) < count) acknowledged.set(fundId, count);
  };
  const writing = async (write: () => Promise<boolean>, pauseMs: number): Promise<void> => {
    while (isRunning) {
      let isFine = true;
      if (isWriting) {
        writesUnderWay += 1;
        isFine = await write();
        writesUnderWay -= 1;
      }
      await sleep(isFine ? pauseMs : failedPauseMs);
    }
  };

  const sqlWriter = async (fundIds: readonly number[]): Promise<void> => {
    let connection: Connection | undefined;
    let turn = 0;
    const write = async (): Promise<boolean> => {
      const fundId = fundIds[(turn += 1) % fundIds.length]!;
      const count = nextCount(fundId);
      try {
        connection ??= await connect(url);
        await connection.query({
          sql: 'UPDATE financial_funds SET amount = ? / 100 WHERE fund_id = ?',
          values: [count, fundId],
          timeout: deadlineMs,
        });
        acknowledge(fundId, count);
        figures.sqlWrites += 1;
        return true;
      } catch {
        connection?.destroy();
        connection = undefined;
        return false;
      }
    };
    await writing(write, sqlPauseMs);
    connection?.destroy();
  };

  const serviceWriter = (): Promise<void> =>
    writing(async () => {
      const fundId = Number(countedByService);
      const count = nextCount(fundId);
      const fund = { fundId: countedByService, amountCents: BigInt(count) };
      try {
        await funds.updateFund({ fund, updateMask: { paths: ['amount_cents'] } }, { timeoutMs: deadlineMs });
      } catch (error) {
        failed(error);
        return false;
      }
      acknowledge(fundId, count);
      figures.serviceWrites += 1;
      const at = performance.now();
      figures.longestWithoutWritesMs = Math.max(figures.longestWithoutWritesMs, at - figures.lastServiceWriteMs);
      figures.lastServiceWriteMs = at;
      return true;
    }, servicePauseMs);

  const consistency = { requirement: { case: 'fullyConsistent', value: true } } as const;
  const isShown = (fundId: bigint): Promise<boolean> =>
    funds.getFund({ viewerUserId: 1n, fundId, consistency }, { timeoutMs: deadlineMs }).then(
      () => true,
      (error: unknown) => {
        if (reasonOf(error) === 'FUND_ACCESS_DENIED') return false;
        throw error;
      },
    );
  const reader = async (): Promise<void> => {
    while (isRunning) {
      const wanted = new Map(acknowledged);
      const forbiddenNow = forbidden;
      try {
        const page = await funds.listFunds(
          { viewerUserId: 1n, pageSize: 20, orderBy: 'fund_id', consistency },
          { timeoutMs: deadlineMs },
        );
        figures.reads += 1;
        const amounts = new Map(page.funds.map(({ fundId, amountCents }) => [Number(fundId), Number(amountCents)]));
        for (const [fundId, count] of wanted) if ((amounts.get(fundId) ?? 0) < count) figures.stale += 1;
        if (page.strategyUsed === PaginationStrategy.LIVE_INDEX) {
          const at = performance.now();
          figures.byIndex += 1;
          figures.longestWithoutIndexMs = Math.max(figures.longestWithoutIndexMs, at - figures.lastIndexAnswerMs);
          figures.lastIndexAnswerMs = at;
        }
        if (forbiddenNow !== undefined && (await isShown(forbiddenNow))) figures.phantom += 1;
      } catch (error) {
        figures.failedReads += 1;
        failed(error);
        await sleep(failedPauseMs);
      }
      await sleep(readPauseMs);
    }
  };

  const ids = Array.from({ length: countedBySql }, (_, i) => i + 1);
  const half = countedBySql / 2;
  const loops = [sqlWriter(ids.slice(0, half)), sqlWriter(ids.slice(half)), serviceWriter(), reader(), reader()];
  const lacking = async (admin: MysqlNode): Promise<number[]> => {
    const rows = await admin.sql(
      `SELECT fund_id AS id, CAST(amount * 100 AS SIGNED) AS cents FROM finance.financial_funds WHERE fund_id <= ${countedByService}`,
    );
    const held = new Map(rows.map(({ id, cents }) => [Number(id), Number(cents)]));
    return [...acknowledged].filter(([id, count]) => (held.get(id) ?? 0) < count).map(([id]) => id);
  };

  return {
    figures,
    setWriting: async (on) => {
      isWriting = on;
      while (!on && writesUnderWay > 0) await sleep(5);
    },
    forbid: (fundId) => (forbidden = fundId),
    acceptLosses: async (admin) => {
      const lost = await lacking(admin);
      for (const id of lost) acknowledged.delete(id);
      acceptedLosses += lost.length;
    },
    get acceptedLosses() {
      return acceptedLosses;
    },
    lostOn: async (admin) => (await lacking(admin)).length,
    stop: async () => {
      isRunning = false;
      await Promise.all(loops);
    },
  };
}

async function connect(url: string): Promise<Connection> {
  const connection = await mysql.createConnection({ uri: url, connectTimeout: deadlineMs });
  // A killed server ends it; the next write tells.
  connection.on('error', () => undefined);
  return connection;
}
