import { createOracle } from '@finance/strategy-contract';
import { faultCompany } from '../private-mysql.ts';
import type { ExpectedPage } from './load.ts';

/** What everybody's first page says, from the rule itself. */
export function expectedPages(): ExpectedPage[] {
  const oracle = createOracle(faultCompany);
  return faultCompany.users.map(({ userId: viewerUserId }) => {
    const visible = oracle.visibleFunds(viewerUserId, {}, { column: 'amount', descending: true });
    const fundIds = visible.slice(0, 20).map(({ fundId }) => fundId);
    return { viewerUserId, totalSize: BigInt(visible.length), fundIds };
  });
}
