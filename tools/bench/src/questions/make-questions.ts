import { positionOf, type FundOrder, type FundPosition } from '@finance/domain';
import { pageOf, type FundPage } from '@finance/strategy-contract';
import { BenchError } from '../cli/bench-error.ts';
import type { BenchViewer, PageDepth } from '../result-types.ts';
import type { Judge } from './judge.ts';

/** A page somebody asks for, and its only right answer. */
export interface Question {
  readonly viewer: BenchViewer;
  readonly viewerUserId: bigint;
  readonly order: FundOrder;
  readonly depth: PageDepth;
  readonly after: FundPosition | undefined;
  readonly skip: number;
  readonly withTotal: boolean;
  readonly expected: FundPage;
}

/** What to ask of every viewer. */
export interface QuestionPlan {
  readonly orders: readonly FundOrder[];
  readonly depths: readonly PageDepth[];
  readonly totals: readonly boolean[];
}

export const pageSize = 20;

export const pageDepths: readonly PageDepth[] = ['first', 'middle', 'middle by token', 'last'];

/** Reads depths. @throws BenchError for an unknown one */
export function parseDepths(texts: readonly string[]): PageDepth[] {
  return texts.map((text) => {
    const depth = pageDepths.find((each) => each === text);
    if (depth) return depth;
    throw new BenchError(`no depth '${text}'; known are ${pageDepths.join(', ')}`);
  });
}

/** All combinations of a plan for a viewer, answered by the judge; depths that are the same page come once. */
export function makeQuestions(judge: Judge, viewer: BenchViewer, plan: QuestionPlan): Question[] {
  const viewerUserId = BigInt(viewer.userId);
  return plan.orders.flatMap((order) => {
    const visible = judge.visibleFunds(viewerUserId, order);
    const lastSkip = Math.max(0, Math.floor((visible.length - 1) / pageSize) * pageSize);
    const middleSkip = Math.floor(lastSkip / pageSize / 2) * pageSize;
    const seen = new Set<string>();
    return plan.depths.flatMap((depth) => {
      const start = { first: 0, middle: middleSkip, 'middle by token': middleSkip, last: lastSkip }[depth];
      const before = depth === 'middle by token' ? visible[start - 1] : undefined;
      const place = { after: before && positionOf(before, order), skip: before ? 0 : start };
      const key = `${start} ${before !== undefined}`;
      if (seen.has(key)) return [];
      seen.add(key);
      const ofPage = pageOf(visible, { order, after: undefined, skip: start, pageSize, withTotal: true });
      return plan.totals.map((withTotal) => ({
        viewer,
        viewerUserId,
        order,
        depth,
        ...place,
        withTotal,
        expected: withTotal ? ofPage : { ...ofPage, totalSize: undefined },
      }));
    });
  });
}
