import { GetUserResponseSchema, type GetUserResponse } from '@finance/contract/permission-service';
import type { Command } from 'commander';
import { withPermission } from '../client.ts';
import { withCommon, type CommonFlags } from '../options/command-options.ts';
import { id } from '../options/values.ts';
import { showAnswer } from '../output/answer.ts';
import type { Column } from '../output/columns.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { recordText } from '../output/table.ts';
import { userCsv } from '../rows/user-rows.ts';

const columns: readonly Column<GetUserResponse>[] = [
  ...userCsv<GetUserResponse>(({ user }) => user),
  { name: 'org_version', of: ({ orgVersion }) => String(orgVersion) },
];

/** `finance users get`: GetUser. */
export function addUsersGet(group: Command, output: Output): void {
  const command = group
    .command('get')
    .description('one user, and the org version that `users move --expect-version` takes')
    .argument('<user-id>', 'which', id);
  withCommon(command, ['users get 41', 'users get 41 --json']).action(async (userId: bigint, flags: CommonFlags) => {
    const answer = await withPermission(flags, (client) => client.getUser({ userId }));
    await showAnswer(output, flags, {
      json: jsonOf(GetUserResponseSchema, answer),
      text: () =>
        recordText(
          output,
          columns.map(({ name, of }) => [name, of(answer)] as const).filter(([, value]) => value !== ''),
        ),
      csv: columns,
      lines: [answer],
    });
  });
}
