import { isDeepStrictEqual } from 'node:util';
import { DomainError } from '@finance/domain';
import { oneLine } from '../cli/one-line.ts';
import { latencyOf } from '../latency.ts';
import type { FundPage } from '@finance/strategy-contract';
import type { Question } from '../questions/make-questions.ts';
import { orderText } from '../questions/fund-orders.ts';
import type { CompareCell } from '../result-types.ts';
import type { Contender } from './contender.ts';

/** How often a question is asked, and how long that may take. */
export interface CellLimits {
  readonly iterations: number;
  /** Of one call; also, no further call is begun after so long. */
  readonly limitMs: number;
}

/**
 * Asks a question: once to see that the answer is right, then so many times against the clock, every answer compared
 * with the expected one. A first call that leaves no time for others is itself the measurement.
 * @throws the reason of `signal` when it aborts; DomainError DATABASE_UNAVAILABLE, since then nothing more can be asked
 */
export async function measureCell(
  contender: Contender,
  question: Question,
  { iterations, limitMs }: CellLimits,
  signal: AbortSignal,
): Promise<CompareCell> {
  try {
    await contender.prepare?.(question.viewerUserId, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isUnavailable(error)) throw error;
    return unmeasured(contender, question, 'failed', oneLine(error));
  }
  const times: number[] = [];
  const startedAt = performance.now();
  for (let call = 0; call <= iterations; call += 1) {
    if (call > 0 && times.length > 0 && performance.now() - startedAt > limitMs) break;
    const tooLate = AbortSignal.timeout(limitMs);
    let answer: Awaited<ReturnType<Contender['ask']>>;
    try {
      answer = await contender.ask(question, AbortSignal.any([signal, tooLate]));
    } catch (error) {
      signal.throwIfAborted();
      if (tooLate.aborted) return unmeasured(contender, question, 'over limit', `more than ${limitMs} ms`);
      if (isUnavailable(error)) throw error;
      return unmeasured(contender, question, 'failed', oneLine(error));
    }
    signal.throwIfAborted();
    const wrong = difference(answer.page, question.expected);
    if (wrong !== undefined) return unmeasured(contender, question, 'wrong answer', wrong);
    if (answer.ms > limitMs) return unmeasured(contender, question, 'over limit', `more than ${limitMs} ms`);
    if (call > 0 || performance.now() - startedAt > limitMs / 2) times.push(answer.ms);
  }
  return { ...unmeasured(contender, question, 'right', null), latency: latencyOf(times) };
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof DomainError && error.reason === 'DATABASE_UNAVAILABLE';

/** A cell without times. */
export function unmeasured(
  { name }: Contender,
  { depth, order, viewer, withTotal }: Question,
  outcome: CompareCell['outcome'],
  reason: string | null,
): CompareCell {
  return {
    strategy: name,
    viewerUserId: viewer.userId,
    peopleCount: viewer.peopleCount,
    visibleFunds: viewer.visibleFunds,
    orderBy: orderText(order),
    depth,
    withTotal,
    outcome,
    reason,
    latency: null,
    ratioToTemporaryTable: null,
  };
}

/** What is wrong with a page, in a few words; undefined when nothing is. */
function difference(page: FundPage, expected: FundPage): string | undefined {
  if (page.totalSize !== expected.totalSize) return `total ${page.totalSize} instead of ${expected.totalSize}`;
  if (page.funds.length !== expected.funds.length) {
    return `${page.funds.length} funds instead of ${expected.funds.length}`;
  }
  const index = page.funds.findIndex((fund, i) => !isDeepStrictEqual(fund, expected.funds[i]));
  if (index >= 0)
    return `fund ${page.funds[index]!.fundId} in place ${index} instead of ${expected.funds[index]!.fundId}`;
  return page.hasMore === expected.hasMore ? undefined : `hasMore is ${page.hasMore}`;
}
