import { requireId } from '@finance/api';
import { deleteFund as remove } from '@finance/store';
import type { FundsRpc } from '../funds-deps.ts';
import { fundMessage } from '../responses/fund-message.ts';

export const deleteFund: FundsRpc<'deleteFund'> =
  ({ database, consistency }) =>
  async (request, { signal }) => {
    const fundId = requireId(request.fundId, 'fund_id');
    const { value, position } = await database.transaction(signal, (session) => remove(session, fundId));
    return { fund: fundMessage(value), consistencyToken: consistency.seal(position) };
  };
