import { chosenId } from '@finance/api';
import { invalidField } from '@finance/domain';
import { createFund as create } from '@finance/store';
import type { FundsRpc } from '../funds-deps.ts';
import { nowMicros } from '../now-micros.ts';
import { fundPaths, readFundFields, type WritableFund } from '../requests/fund-fields.ts';
import { fundMessage } from '../responses/fund-message.ts';

export const createFund: FundsRpc<'createFund'> =
  ({ database, consistency }) =>
  async ({ fund }, { signal }) => {
    if (!fund) throw invalidField('fund', 'is missing');
    const fundId = chosenId(fund.fundId, 'fund.fund_id');
    const fields = readFundFields(fund, fundPaths) as WritableFund;
    const { value, position } = await database.transaction(signal, (session) =>
      create(session, { fundId, ...fields }, nowMicros()),
    );
    return { fund: fundMessage(value), consistencyToken: consistency.seal(position) };
  };
