import { create } from '@bufbuild/protobuf';
import { FundSchema, type Fund as FundMessage } from '@finance/contract/fund';
import type { Fund } from '@finance/domain';
import type { FundChanges } from '@finance/store';
import { fundMessage } from './fund-message.ts';

/** A fund for a writer who may not read it: the id and what it has just written. */
export function writtenFund(fund: Fund, changes: FundChanges): FundMessage {
  const whole = fundMessage(fund);
  const names = Object.keys(changes) as (keyof FundChanges)[];
  return create(FundSchema, {
    fundId: whole.fundId,
    ...Object.fromEntries(names.map((name) => [name, whole[name]])),
  });
}
