import { TotalMode, TotalModeSchema } from '@finance/contract/total-mode';
import { requireKnown } from './known-enum.ts';

/** Whether the total is asked for. @throws DomainError FIELD_INVALID for an unknown mode */
export function wantsTotal(mode: TotalMode): boolean {
  requireKnown(TotalModeSchema, mode, 'total_mode');
  return mode !== TotalMode.NONE;
}
