import { TotalMode } from '@finance/contract/total-mode';
import { invalidField } from '@finance/domain';

/** Whether the total is asked for. @throws DomainError FIELD_INVALID for an unknown mode */
export function wantsTotal(mode: TotalMode): boolean {
  if (TotalMode[mode] === undefined) throw invalidField('total_mode', `has the unknown value ${mode}`);
  return mode !== TotalMode.NONE;
}
