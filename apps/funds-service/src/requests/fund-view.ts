import { FundView, FundViewSchema } from '@finance/contract/fund';
import { requireKnown } from './known-enum.ts';

/** Whether details are asked for. @throws DomainError FIELD_INVALID for an unknown view */
export function wantsDetails(view: FundView): boolean {
  requireKnown(FundViewSchema, view, 'view');
  return view === FundView.FULL;
}
