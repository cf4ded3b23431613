import { createOracle } from '@finance/strategy-contract';
import type { Question } from '../callers/load.ts';
import { encodePage, listFundsPath } from '../questions/raw-messages.ts';
import { faultCompany } from './private-mysql.ts';

/** Everybody's first page by falling amount, with what it says by the rule itself. */
export function companyQuestions(): Question[] {
  const oracle = createOracle(faultCompany);
  return faultCompany.users.map(({ userId: viewerUserId }) => {
    const visible = oracle.visibleFunds(viewerUserId, {}, { column: 'amount', descending: true });
    const fundIds = visible.slice(0, 20).map(({ fundId }) => fundId);
    return {
      path: listFundsPath,
      message: encodePage({ viewerUserId, orderBy: 'amount desc' }),
      expected: { totalSize: BigInt(visible.length), fundIds },
    };
  });
}
