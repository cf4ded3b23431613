import { FundView } from '@finance/contract/fund';
import { invalidField } from '@finance/domain';

/** Whether details are asked for. @throws DomainError FIELD_INVALID for an unknown view */
export function wantsDetails(view: FundView): boolean {
  if (FundView[view] === undefined) throw invalidField('view', `has the unknown value ${view}`);
  return view === FundView.FULL;
}
