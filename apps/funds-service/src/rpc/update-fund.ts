import { maskedReader, requireId } from '@finance/api';
import type { Fund } from '@finance/contract/fund';
import { invalidField } from '@finance/domain';
import { writerOf } from '@finance/service-kit';
import { assertMayChangeFund, mayReadFund, updateFund as update } from '@finance/store';
import type { FundsRpc } from '../funds-deps.ts';
import { nowMicros } from '../now-micros.ts';
import { fundReaders } from '../requests/fund-fields.ts';
import { fundMessage } from '../responses/fund-message.ts';
import { writtenFund } from '../responses/written-fund.ts';

const read = maskedReader<Fund>()((fund) => requireId(fund.fundId, 'fund.fund_id'), fundReaders);

export const updateFund: FundsRpc<'updateFund'> =
  ({ database, consistency }) =>
  async ({ fund, updateMask }, { signal, caller }) => {
    if (!fund) throw invalidField('fund', 'is missing');
    const { id, changes } = read(fund, updateMask);
    const writer = writerOf(caller);
    const { value, position } = await database.transaction(signal, async (session) => {
      await assertMayChangeFund(session, writer, id, changes);
      const stored = await update(session, id, changes, nowMicros());
      return (await mayReadFund(session, writer, id)) ? fundMessage(stored) : writtenFund(stored, changes);
    });
    return { fund: value, consistencyToken: consistency.seal(position) };
  };
