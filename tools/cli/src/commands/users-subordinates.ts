import { ListSubordinatesResponseSchema } from '@finance/contract/permission-service';
import type { Command } from 'commander';
import { withPermission } from '../client.ts';
import { withCommon, type CommonFlags } from '../options/command-options.ts';
import { withPaging, type PagingFlags } from '../options/paging-options.ts';
import { id, int32Max, wholeNumber } from '../options/values.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { showPages } from '../paging/show-pages.ts';
import { subordinateListing } from '../rows/user-rows.ts';

interface Flags extends CommonFlags, PagingFlags {
  readonly depth?: number;
}

/** `finance users subordinates`: ListSubordinates. */
export function addUsersSubordinates(group: Command, output: Output): void {
  const command = withPaging(
    group
      .command('subordinates')
      .description('everyone below a user, by depth and user id')
      .argument('<user-id>', 'below whom', id)
      .option(
        '--depth <n>',
        'at most so many levels below; 1 for direct reports (default: any)',
        wholeNumber(int32Max),
      ),
  );
  withCommon(command, [
    'users subordinates 2',
    'users subordinates 2 --depth 1',
    'users subordinates 2 --all --csv > people.csv',
  ]).action(async (userId: bigint, flags: Flags) => {
    await withPermission(flags, (client) =>
      showPages(output, flags, subordinateListing, {
        canSkip: false,
        fetch: async ({ pageSize, pageToken }) => {
          const answer = await client.listSubordinates({ userId, depthMax: flags.depth ?? 0, pageSize, pageToken });
          return {
            rows: answer.users,
            nextPageToken: answer.nextPageToken,
            totalSize: answer.totalSize,
            rest: jsonOf(ListSubordinatesResponseSchema, { ...answer, users: [] }),
          };
        },
      }),
    );
  });
}
