import { maskedReader, requireId } from '@finance/api';
import type { Fund } from '@finance/contract/fund';
import { invalidField } from '@finance/domain';
import { updateFund as update } from '@finance/store';
import type { FundsRpc } from '../funds-deps.ts';
import { nowMicros } from '../now-micros.ts';
import { fundReaders } from '../requests/fund-fields.ts';
import { fundMessage } from '../responses/fund-message.ts';

const read = maskedReader<Fund>()((fund) => requireId(fund.fundId, 'fund.fund_id'), fundReaders);

export const updateFund: FundsRpc<'updateFund'> =
  ({ database, consistency }) =>
  async ({ fund, updateMask }, { signal }) => {
    if (!fund) throw invalidField('fund', 'is missing');
    const { id, changes } = read(fund, updateMask);
    const { value, position } = await database.transaction(signal, (session) =>
      update(session, id, changes, nowMicros()),
    );
    return { fund: fundMessage(value), consistencyToken: consistency.seal(position) };
  };
