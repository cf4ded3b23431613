import { Role, RoleSchema } from '@finance/contract/permission';
import { ListUsersResponseSchema } from '@finance/contract/permission-service';
import type { Command } from 'commander';
import { withPermission } from '../client.ts';
import { withCommon, type CommonFlags } from '../options/command-options.ts';
import { withPaging, type PagingFlags } from '../options/paging-options.ts';
import { word } from '../options/values.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { wordsOf } from '../output/words.ts';
import { showPages } from '../paging/show-pages.ts';
import { userListing } from '../rows/user-rows.ts';

interface Flags extends CommonFlags, PagingFlags {
  readonly role?: Role;
  readonly department?: string;
  readonly sort?: string;
}

/** `finance users list`: ListUsers. */
export function addUsersList(group: Command, output: Output): void {
  const command = withPaging(group.command('list').description('users, by role and department'))
    .option('--role <role>', `only ${wordsOf(RoleSchema).join(', ')}`, word(RoleSchema))
    .option('--department <name>', 'only exactly this department')
    .option('--sort <order>', 'user_id or name; "name desc" descends');
  withCommon(command, [
    'users list --role supervisor --department Sales',
    'users list --sort "name desc" --page 2',
    'users list --all --csv > users.csv',
  ]).action(async (flags: Flags) => {
    const { role = Role.UNSPECIFIED, department = '', sort = '' } = flags;
    await withPermission(flags, (client) =>
      showPages(output, flags, userListing, {
        canSkip: false,
        fetch: async ({ pageSize, pageToken }) => {
          const answer = await client.listUsers({ role, department, orderBy: sort, pageSize, pageToken });
          return {
            rows: answer.users,
            nextPageToken: answer.nextPageToken,
            totalSize: answer.totalSize,
            rest: jsonOf(ListUsersResponseSchema, { ...answer, users: [] }),
          };
        },
      }),
    );
  });
}
