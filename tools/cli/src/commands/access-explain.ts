import { BasisSchema, RoleSchema, type AccessPath } from '@finance/contract/permission';
import { ExplainAccessResponseSchema } from '@finance/contract/permission-service';
import type { Command } from 'commander';
import { withPermission } from '../client.ts';
import { withCommon, withViewer, type CommonFlags } from '../options/command-options.ts';
import { id } from '../options/values.ts';
import { showAnswer } from '../output/answer.ts';
import type { Column } from '../output/columns.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { tableText } from '../output/table.ts';
import { wordOf } from '../output/words.ts';

function causeText({ cause }: AccessPath): string {
  if (cause.case === 'role') return `role ${wordOf(RoleSchema, cause.value)}`;
  return cause.case === 'basis' ? wordOf(BasisSchema, cause.value) : '';
}

const columns: readonly Column<AccessPath>[] = [
  { name: 'because', of: causeText },
  { name: 'from viewer to person', of: ({ userIds }) => userIds.join(' → ') },
];
const csv: readonly Column<AccessPath>[] = [
  { name: 'cause', of: causeText },
  { name: 'user_ids', of: ({ userIds }) => userIds.join(' ') },
];

/** `finance access explain`: ExplainAccess. */
export function addAccessExplain(group: Command, output: Output): void {
  const command = withViewer(
    group.command('explain').description('why a viewer may see a fund: every path from the viewer to a touched person'),
  ).argument('<fund-id>', 'which', id);
  withCommon(command, ['access explain 17040 --viewer 2', 'access explain 17040 --viewer 2 --json']).action(
    async (fundId: bigint, flags: CommonFlags & { readonly viewer: bigint }) => {
      const answer = await withPermission(flags, (client) =>
        client.explainAccess({ viewerUserId: flags.viewer, fundId }),
      );
      const verdict = answer.allowed
        ? output.paint('green', `Viewer ${flags.viewer} may see fund ${fundId}.`)
        : output.paint('red', `Viewer ${flags.viewer} may not see fund ${fundId}: it touches nobody in their scope.`);
      await showAnswer(output, flags, {
        json: jsonOf(ExplainAccessResponseSchema, answer),
        text: () => `${verdict}\n${answer.allowed ? tableText(output, columns, answer.paths) : ''}`,
        csv,
        lines: answer.paths,
      });
    },
  );
}
