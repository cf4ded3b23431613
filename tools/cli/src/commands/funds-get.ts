import { FundView, FundViewSchema, type Fund } from '@finance/contract/fund';
import { BatchGetFundsResponseSchema, GetFundResponseSchema } from '@finance/contract/funds-service';
import type { Command } from 'commander';
import { withFunds } from '../client.ts';
import { withCommon, withViewer, type CommonFlags } from '../options/command-options.ts';
import { withConsistency, type ConsistencyFlags } from '../options/consistency-option.ts';
import { ids, word } from '../options/values.ts';
import { amountText } from '../output/amounts.ts';
import { showAnswer } from '../output/answer.ts';
import { jsonOf } from '../output/json.ts';
import type { Listing } from '../output/listing.ts';
import type { Output } from '../output/output.ts';
import { recordText, tableText } from '../output/table.ts';
import { wordsOf } from '../output/words.ts';
import { fundListing } from '../rows/fund-rows.ts';

interface Flags extends CommonFlags, ConsistencyFlags {
  readonly viewer: bigint;
  readonly view?: FundView;
}

/** `finance funds get`: GetFund for one id, BatchGetFunds for more. */
export function addFundsGet(group: Command, output: Output): void {
  const command = withViewer(group.command('get').description('one fund, or up to 1,000: all of them or none'))
    .argument('<fund-id...>', 'which', ids)
    .option(
      '--view <view>',
      `${wordsOf(FundViewSchema).join(' or ')}: with names, departments, customer`,
      word(FundViewSchema),
    );
  withCommon(withConsistency(command), [
    'funds get 17040 --viewer 2',
    'funds get 17040 17041 --viewer 1 --view full --json',
  ]).action(async (fundIds: readonly bigint[], flags: Flags) => {
    const { viewer, view = FundView.BASIC, consistency } = flags;
    const how = { viewerUserId: viewer, view, ...(consistency !== undefined && { consistency }) };
    await withFunds(flags, async (client) => {
      const listing = fundListing(view === FundView.FULL);
      const columns = listing.csv;
      if (fundIds.length === 1) {
        const answer = await client.getFund({ ...how, fundId: fundIds[0]! });
        const lines = answer.fund === undefined ? [] : [answer.fund];
        const text = (): string => lines.map((fund) => fundText(output, fund, listing)).join('\n');
        await showAnswer(output, flags, { json: jsonOf(GetFundResponseSchema, answer), text, csv: columns, lines });
      } else {
        const answer = await client.batchGetFunds({ ...how, fundIds: [...fundIds] });
        const text = (): string => tableText(output, listing.table, answer.funds);
        const json = jsonOf(BatchGetFundsResponseSchema, answer);
        await showAnswer(output, flags, { json, text, csv: columns, lines: answer.funds });
      }
    });
  });
}

/** One fund's values, those that are not empty, under their names in CSV. */
function fundText(output: Output, fund: Fund, { csv }: Listing<Fund, Fund>): string {
  const pairs = csv
    .filter(({ name }) => name !== 'currency_code')
    .map(
      ({ name, of }) => [name, name === 'amount' ? amountText(fund.amountCents, fund.currencyCode) : of(fund)] as const,
    );
  return recordText(
    output,
    pairs.filter(([, value]) => value !== ''),
  );
}
