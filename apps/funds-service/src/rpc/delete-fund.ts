import { requireId } from '@finance/api';
import { writerOf } from '@finance/service-kit';
import { assertMayChangeFund, deleteFund as remove, mayReadFund } from '@finance/store';
import type { FundsRpc } from '../funds-deps.ts';
import { fundMessage } from '../responses/fund-message.ts';
import { writtenFund } from '../responses/written-fund.ts';

export const deleteFund: FundsRpc<'deleteFund'> =
  ({ database, consistency }) =>
  async (request, { signal, caller }) => {
    const fundId = requireId(request.fundId, 'fund_id');
    const writer = writerOf(caller);
    const { value, position } = await database.transaction(signal, async (session) => {
      await assertMayChangeFund(session, writer, fundId, {});
      const isReadable = await mayReadFund(session, writer, fundId);
      const removed = await remove(session, fundId);
      return isReadable ? fundMessage(removed) : writtenFund(removed, {});
    });
    return { fund: value, consistencyToken: consistency.seal(position) };
  };
