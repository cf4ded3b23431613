import { positionOf, type FundPosition } from '@finance/domain';
import { createOracle, pageOf, type DataSet, type FundPage, type FundPageRequest } from '@finance/strategy-contract';
import fc from 'fast-check';
import { expect } from 'vitest';
import { arbitraryCompany } from './arbitrary-company.ts';
import { arbitraryFundQuestion, type FundQuestion } from './arbitrary-fund-question.ts';

/** A request as a caller words it: with a viewer instead of a scope. */
export type ViewerRequest = Omit<FundPageRequest, 'scope'> & { readonly viewerUserId: bigint };

/** Something that answers pages and is to be compared with the oracle. */
export interface ConformanceSubject {
  /**
   * Loads a company and gives every strategy under test, each by a name for messages, to `check`, which ends before
   * the next company is loaded.
   */
  withCompany(
    data: DataSet,
    check: (answers: ReadonlyMap<string, (request: ViewerRequest) => Promise<FundPage>>) => Promise<void>,
  ): Promise<void>;
}

const questionsPerCompany = 3;

/**
 * Compares every strategy of a subject with the oracle on generated companies: whole walks by token, walks by skip,
 * skips from the middle and beyond the end, with and without total; page contents, order, totals and ends.
 */
export async function expectConformance(subject: ConformanceSubject, companies: number): Promise<void> {
  const runs = arbitraryCompany().chain((data) =>
    fc.record({
      data: fc.constant(data),
      questions: fc.array(arbitraryFundQuestion(data), {
        minLength: questionsPerCompany,
        maxLength: questionsPerCompany,
      }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(runs, async ({ data, questions }) => {
      await subject.withCompany(data, async (answers) => {
        for (const [name, answer] of answers) {
          for (const question of questions) await expectSameWalks(name, answer, data, question);
        }
      });
    }),
    { numRuns: companies, endOnFailure: false },
  );
}

async function expectSameWalks(
  name: string,
  answer: (request: ViewerRequest) => Promise<FundPage>,
  data: DataSet,
  question: FundQuestion,
): Promise<void> {
  const { viewerUserId, filter, order, pageSize } = question;
  const visible = createOracle(data).visibleFunds(viewerUserId, filter, order);
  const expectPage = async (place: { after: FundPosition | undefined; skip: number; withTotal: boolean }) => {
    const page = await answer({ viewerUserId, filter, order, pageSize, ...place });
    expect(page, `${name}, skip ${place.skip}`).toEqual(pageOf(visible, { order, pageSize, ...place }));
    return page;
  };

  let after: FundPosition | undefined;
  for (let pages = 0; pages <= visible.length; pages += 1) {
    const page = await expectPage({ after, skip: 0, withTotal: pages % 2 === 0 });
    const last = page.funds.at(-1);
    if (!page.hasMore || !last) break;
    after = positionOf(last, order);
  }
  for (const skip of [pageSize, Math.max(0, visible.length - 1), visible.length + 3]) {
    await expectPage({ after: undefined, skip, withTotal: true });
  }
  // A token from a fund that has gone since, or moved: a place that is nobody's.
  const middle = visible[visible.length >> 1];
  if (middle) {
    await expectPage({
      after: positionOf({ ...middle, fundId: middle.fundId - 1n }, order),
      skip: 1,
      withTotal: false,
    });
  }
}
