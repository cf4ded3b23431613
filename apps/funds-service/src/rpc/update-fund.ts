import { parseUpdateMask, requireId } from '@finance/api';
import { invalidField } from '@finance/domain';
import { updateFund as update } from '@finance/store';
import type { FundsRpc } from '../funds-deps.ts';
import { nowMicros } from '../now-micros.ts';
import { fundPaths, readFundFields } from '../requests/fund-fields.ts';
import { fundMessage } from '../responses/fund-message.ts';

export const updateFund: FundsRpc<'updateFund'> =
  ({ database, consistency }) =>
  async ({ fund, updateMask }, { signal }) => {
    if (!fund) throw invalidField('fund', 'is missing');
    const fundId = requireId(fund.fundId, 'fund.fund_id');
    const changes = readFundFields(fund, parseUpdateMask(updateMask, fundPaths));
    const { value, position } = await database.transaction(signal, (session) =>
      update(session, fundId, changes, nowMicros()),
    );
    return { fund: fundMessage(value), consistencyToken: consistency.seal(position) };
  };
