import { FundStatusSchema } from '@finance/contract/fund';
import {
  SummarizeFundsResponseSchema,
  SummaryGroup,
  SummaryGroupSchema,
  type FundSummary,
} from '@finance/contract/funds-service';
import type { Command } from 'commander';
import { withFunds } from '../client.ts';
import { withCommon, withViewer, type CommonFlags } from '../options/command-options.ts';
import { withConsistency, type ConsistencyFlags } from '../options/consistency-option.ts';
import { filterOf, withFilter, type FilterFlags } from '../options/filter-options.ts';
import { word } from '../options/values.ts';
import { amountText } from '../output/amounts.ts';
import { showAnswer } from '../output/answer.ts';
import type { Column } from '../output/columns.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { tableText } from '../output/table.ts';
import { countText, wordOf, wordsOf } from '../output/words.ts';

interface Flags extends CommonFlags, FilterFlags, ConsistencyFlags {
  readonly viewer: bigint;
  readonly by?: SummaryGroup;
}

/** Statuses as words, as everywhere else; other groups are their own words. */
const keyText = ({ key }: FundSummary): string => {
  const status = FundStatusSchema.values.find(({ name }) => name === key);
  return status === undefined ? key : wordOf(FundStatusSchema, status.number);
};

const csv: readonly Column<FundSummary>[] = [
  { name: 'key', of: keyText },
  { name: 'fund_count', of: ({ fundCount }) => String(fundCount) },
  { name: 'amount', of: ({ amountCents }) => amountText(amountCents) },
];

/** Amounts have no currency here: the API adds them up whatever theirs. */
const figures: readonly Column<FundSummary>[] = [
  { name: 'funds', of: ({ fundCount }) => countText(fundCount), right: true },
  { name: 'amount (all currencies)', of: ({ amountCents }) => amountText(amountCents), right: true },
];

/** `finance funds summary`: SummarizeFunds. */
export function addFundsSummary(group: Command, output: Output): void {
  const command = withFilter(
    withViewer(group.command('summary').description('count and sum of the funds a viewer may see')),
  ).option('--by <group>', `${wordsOf(SummaryGroupSchema).join(', ')} (default: none)`, word(SummaryGroupSchema));
  withCommon(withConsistency(command), [
    'funds summary --viewer 2',
    'funds summary --viewer 2 --by month --created-from 2025-01-01',
    'funds summary --viewer 2 --by handler-department --csv   (the groups; without --by the totals)',
  ]).action(async (flags: Flags) => {
    const { viewer, by = SummaryGroup.NONE, consistency } = flags;
    await withFunds(flags, async (client) => {
      const answer = await client.summarizeFunds({
        viewerUserId: viewer,
        filter: filterOf(flags),
        groupBy: by,
        ...(consistency !== undefined && { consistency }),
      });
      const { groups, totals } = answer;
      const total = totals === undefined ? [] : [totals];
      const key: Column<FundSummary> = {
        name: wordOf(SummaryGroupSchema, by),
        of: (line) => (line === totals ? 'total' : keyText(line)),
        style: (line) => (line === totals ? 'bold' : undefined),
      };
      await showAnswer(output, flags, {
        json: jsonOf(SummarizeFundsResponseSchema, answer),
        text: () =>
          tableText(
            output,
            by === SummaryGroup.NONE ? figures : [key, ...figures],
            by === SummaryGroup.NONE ? total : [...groups, ...total],
          ),
        csv,
        lines: by === SummaryGroup.NONE ? total : groups,
      });
    });
  });
}
