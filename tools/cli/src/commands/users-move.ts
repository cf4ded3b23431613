import { MoveUserResponseSchema, type MoveUserResponse } from '@finance/contract/permission-service';
import { Option, type Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { withPermission } from '../client.ts';
import { exitCodes } from '../exit-codes.ts';
import { withCommon, type CommonFlags } from '../options/command-options.ts';
import { id } from '../options/values.ts';
import { showAnswer } from '../output/answer.ts';
import type { Column } from '../output/columns.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { recordText } from '../output/table.ts';
import { countText } from '../output/words.ts';
import { userCsv } from '../rows/user-rows.ts';

interface Flags extends CommonFlags {
  readonly to?: bigint;
  readonly toTop?: boolean;
  readonly dryRun: boolean;
  readonly expectVersion?: bigint;
}

const csv: readonly Column<MoveUserResponse>[] = [
  ...userCsv<MoveUserResponse>(({ user }) => user),
  { name: 'affected_user_count', of: ({ affectedUserCount }) => String(affectedUserCount) },
  { name: 'affected_fund_count', of: ({ affectedFundCount }) => String(affectedFundCount) },
  { name: 'org_version', of: ({ orgVersion }) => String(orgVersion) },
];

/** `finance users move`: MoveUser. */
export function addUsersMove(group: Command, output: Output): void {
  const command = group
    .command('move')
    .description('move a user with everyone below under another manager, or to the top')
    .argument('<user-id>', 'who moves', id)
    .addOption(new Option('--to <user-id>', 'the new manager').argParser(id).conflicts('toTop'))
    .addOption(new Option('--to-top', 'report to nobody').conflicts('to'))
    .option('--dry-run', 'check and count, change nothing', false)
    .option('--expect-version <n>', 'move only if the org version is this one (see `users get`)', id);
  withCommon(command, [
    'users move 41 --to 150 --dry-run',
    'users move 41 --to 150 --expect-version 7',
    'users move 41 --to-top --json',
  ]).action(async (userId: bigint, flags: Flags) => {
    const { to, toTop, dryRun, expectVersion = 0n } = flags;
    if (to === undefined && !toTop) throw new CliError(exitCodes.usage, 'say where to: --to <user-id> or --to-top');
    const answer = await withPermission(flags, (client) =>
      client.moveUser({
        userId,
        newParentUserId: to ?? 0n,
        expectedOrgVersion: expectVersion,
        validateOnly: dryRun,
      }),
    );
    await showAnswer(output, flags, {
      json: jsonOf(MoveUserResponseSchema, answer),
      text: () => moveText(output, answer, flags),
      csv,
      lines: [answer],
    });
  });
}

function moveText(output: Output, answer: MoveUserResponse, { to, dryRun }: Flags): string {
  const { user, affectedUserCount, affectedFundCount, orgVersion } = answer;
  const place = to === undefined ? 'to the top' : `under ${to}`;
  const heading = dryRun
    ? output.paint('yellow', `Would move user ${user?.userId} ${place}; nothing was changed.`)
    : output.paint('green', `Moved user ${user?.userId} ${place}.`);
  const pairs = [
    ['user', `${user?.userId} ${user?.name}`],
    ['people affected', `${countText(affectedUserCount)} (the user and everyone below)`],
    ['funds affected', `${countText(affectedFundCount)} (they touch these people)`],
    ['org version', String(orgVersion)],
  ] as const;
  return `${heading}\n${recordText(output, pairs)}`;
}
