import { chosenId, requestReader } from '@finance/api';
import type { Fund } from '@finance/contract/fund';
import { invalidField } from '@finance/domain';
import { writerOf } from '@finance/service-kit';
import { assertMayCreateFund, createFund as create } from '@finance/store';
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
  async ({ fund }, { signal, caller }) => {
    if (!fund) throw invalidField('fund', 'is missing');
    const newFund = read(fund);
    const { value, position } = await database.transaction(signal, async (session) => {
      await assertMayCreateFund(session, writerOf(caller), newFund);
      return create(session, newFund, nowMicros());
    });
    return { fund: fundMessage(value), consistencyToken: consistency.seal(position) };
  };
