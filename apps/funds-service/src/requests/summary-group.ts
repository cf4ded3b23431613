import { SummaryGroup } from '@finance/contract/funds-service';
import { invalidField, type FundSummaryGroup } from '@finance/domain';

const groups: Readonly<Record<number, FundSummaryGroup>> = {
  [SummaryGroup.UNSPECIFIED]: 'none',
  [SummaryGroup.NONE]: 'none',
  [SummaryGroup.STATUS]: 'status',
  [SummaryGroup.HANDLER_DEPARTMENT]: 'handler_department',
  [SummaryGroup.MONTH]: 'month',
};

/** What a summary is broken down by. @throws DomainError FIELD_INVALID for an unknown group */
export function parseSummaryGroup(group: SummaryGroup): FundSummaryGroup {
  const known = groups[group];
  if (known === undefined)
    throw invalidField('group_by', `has the unknown value ${group}`, 'FIELD_INVALID', { value: group });
  return known;
}
