import { ConnectError, type Client } from '@connectrpc/connect';
import type { FundsService, PaginationStrategy } from '@finance/contract/funds-service';
import { build } from 'hdr-histogram-js';
import { pageSize, type Question } from './questions.ts';

/** What some calls took and how they ended. */
export interface CallStatistics {
  readonly calls: number;
  /** Calls that failed, by code; a wrong answer is `wrong answer`. */
  readonly errors: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** The statistics of all calls, and of those of each viewer. */
export interface RunResult {
  readonly all: CallStatistics;
  readonly byViewer: ReadonlyMap<bigint, CallStatistics>;
}

const microsPerMs = 1_000;

/**
 * Asks the questions in turn from `callers` callers at once (closed loop) until `calls` are made, and compares every
 * answer with the expected one. A wrong answer is an error, whatever its speed.
 */
export async function runCalls(
  client: Client<typeof FundsService>,
  strategy: PaginationStrategy,
  questions: readonly Question[],
  { callers, calls }: { readonly callers: number; readonly calls: number },
): Promise<RunResult> {
  const all = recorder();
  const byViewer = new Map(questions.map(({ viewer }) => [viewer.userId, recorder()]));
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < calls) {
      const question = questions[next % questions.length]!;
      next += 1;
      const started = performance.now();
      const error = await ask(client, strategy, question);
      const ms = performance.now() - started;
      all.record(ms, error);
      byViewer.get(question.viewer.userId)!.record(ms, error);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return {
    all: all.statistics(),
    byViewer: new Map([...byViewer].map(([userId, { statistics }]) => [userId, statistics()])),
  };
}

/** The error, if any. */
async function ask(
  client: Client<typeof FundsService>,
  strategy: PaginationStrategy,
  { viewer, orderBy, skip, expected }: Question,
): Promise<string | undefined> {
  try {
    const page = await client.listFunds({ viewerUserId: viewer.userId, pageSize, skip, orderBy, strategy });
    const right =
      page.totalSize === BigInt(expected.totalSize) &&
      page.funds.length === expected.fundIds.length &&
      page.funds.every((fund, i) => fund.fundId === expected.fundIds[i]);
    return right ? undefined : 'wrong answer';
  } catch (error) {
    return ConnectError.from(error).message;
  }
}

function recorder() {
  const histogram = build({ numberOfSignificantValueDigits: 3 });
  const errors: Record<string, number> = {};
  return {
    record: (ms: number, error: string | undefined): void => {
      if (error === undefined) histogram.recordValue(Math.round(ms * microsPerMs));
      else errors[error] = (errors[error] ?? 0) + 1;
    },
    statistics: (): CallStatistics => ({
      calls: histogram.totalCount + Object.values(errors).reduce((sum, count) => sum + count, 0),
      errors,
      p50Ms: histogram.getValueAtPercentile(50) / microsPerMs,
      p95Ms: histogram.getValueAtPercentile(95) / microsPerMs,
      maxMs: histogram.maxValue / microsPerMs,
    }),
  };
}
