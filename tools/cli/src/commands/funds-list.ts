import { FundView, FundViewSchema } from '@finance/contract/fund';
import {
  ListFundsResponseSchema,
  PaginationStrategySchema,
  type PaginationStrategy,
} from '@finance/contract/funds-service';
import { TotalMode, TotalModeSchema } from '@finance/contract/total-mode';
import type { Command } from 'commander';
import { withFunds } from '../client.ts';
import { withCommon, withViewer, type CommonFlags } from '../options/command-options.ts';
import { withConsistency, type ConsistencyFlags } from '../options/consistency-option.ts';
import { filterOf, withFilter, type FilterFlags } from '../options/filter-options.ts';
import { withPaging, type PagingFlags } from '../options/paging-options.ts';
import { fundSortHelp } from '../options/sort-help.ts';
import { word } from '../options/values.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { wordOf, wordsOf } from '../output/words.ts';
import { showPages } from '../paging/show-pages.ts';
import { fundListing } from '../rows/fund-rows.ts';

interface Flags extends CommonFlags, FilterFlags, PagingFlags, ConsistencyFlags {
  readonly viewer: bigint;
  readonly sort?: string;
  readonly view?: FundView;
  readonly total?: TotalMode;
  readonly strategy?: PaginationStrategy;
}

/** `finance funds list`: ListFunds. */
export function addFundsList(group: Command, output: Output): void {
  const command = withPaging(
    withFilter(withViewer(group.command('list').description('one page, or all, of the funds a viewer may see'))),
  )
    .option('--sort <order>', fundSortHelp)
    .option(
      '--view <view>',
      `${wordsOf(FundViewSchema).join(' or ')}: with names, departments, customer`,
      word(FundViewSchema),
    )
    .option(
      '--total <mode>',
      `${wordsOf(TotalModeSchema).join(' or ')}: whether to count all pages`,
      word(TotalModeSchema),
    )
    .option(
      '--strategy <name>',
      `how: ${wordsOf(PaginationStrategySchema).join(', ')}`,
      word(PaginationStrategySchema),
    );
  withCommon(withConsistency(command), [
    'funds list --viewer 2 --sort "amount desc" --page 3',
    'funds list --viewer 2 --amount-min 1000.50 --created-from 2025-01-01 --status pending,approved --view full',
    'funds list --viewer 2 --department Sales --total none --strategy adaptive-sql',
    'funds list --viewer 2 --all --csv > funds.csv',
  ]).action(async (flags: Flags) => {
    const { viewer, sort = '', view = FundView.BASIC, total = TotalMode.EXACT, strategy, consistency } = flags;
    await withFunds(flags, (client) =>
      showPages(output, flags, fundListing(view === FundView.FULL), {
        canSkip: true,
        fetch: async ({ first, ...start }) => {
          const answer = await client.listFunds({
            ...start,
            viewerUserId: viewer,
            orderBy: sort,
            filter: filterOf(flags),
            totalMode: first ? total : TotalMode.NONE,
            view,
            ...(strategy !== undefined && { strategy }),
            ...(consistency !== undefined && { consistency }),
          });
          return {
            rows: answer.funds,
            nextPageToken: answer.nextPageToken,
            totalSize: answer.totalSize,
            rest: jsonOf(ListFundsResponseSchema, { ...answer, funds: [] }),
            answeredBy: wordOf(PaginationStrategySchema, answer.strategyUsed),
          };
        },
      }),
    );
  });
}
