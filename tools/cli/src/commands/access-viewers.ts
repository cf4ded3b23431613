import { ListFundViewersResponseSchema } from '@finance/contract/permission-service';
import type { Command } from 'commander';
import { withPermission } from '../client.ts';
import { withCommon, type CommonFlags } from '../options/command-options.ts';
import { withPaging, type PagingFlags } from '../options/paging-options.ts';
import { id } from '../options/values.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { showPages } from '../paging/show-pages.ts';
import { viewerListing } from '../rows/user-rows.ts';

/** `finance access viewers`: ListFundViewers. */
export function addAccessViewers(group: Command, output: Output): void {
  const command = withPaging(
    group.command('viewers').description('everyone who may see a fund, by user id').argument('<fund-id>', 'which', id),
  );
  withCommon(command, ['access viewers 17040', 'access viewers 17040 --all --csv > viewers.csv']).action(
    async (fundId: bigint, flags: CommonFlags & PagingFlags) => {
      await withPermission(flags, (client) =>
        showPages(output, flags, viewerListing, {
          canSkip: false,
          fetch: async ({ pageSize, pageToken }) => {
            const answer = await client.listFundViewers({ fundId, pageSize, pageToken });
            return {
              rows: answer.viewers,
              nextPageToken: answer.nextPageToken,
              totalSize: answer.totalSize,
              rest: jsonOf(ListFundViewersResponseSchema, { ...answer, viewers: [] }),
            };
          },
        }),
      );
    },
  );
}
