import { chosenId, requestReader } from '@finance/api';
import type { Fund } from '@finance/contract/fund';
import { invalidField } from '@finance/domain';
import { createFund as create } from '@finance/store';
import type { FundsRpc } from '../funds-deps.ts';
import { nowMicros } from '../now-micros.ts';
import { fundReaders } from '../requests/fund-fields.ts';
import { fundMessage } from '../responses/fund-message.ts';

const read = requestReader<Fund>()({
  fundId: (fund) => chosenId(fund.fundId, 'fund.fund_id'),
  ...fundReaders,
});

export const createFund: FundsRpc<'createFund'> =
  ({ database, consistency }) =>
  async ({ fund }, { signal }) => {
    if (!fund) throw invalidField('fund', 'is missing');
    const newFund = read(fund);
    const { value, position } = await database.transaction(signal, (session) => create(session, newFund, nowMicros()));
    return { fund: fundMessage(value), consistencyToken: consistency.seal(position) };
  };
