import type { JsonObject } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import {
  BatchCheckAccessResponseSchema,
  CheckAccessResponseSchema,
  type PermissionService,
} from '@finance/contract/permission-service';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { withPermission } from '../client.ts';
import { exitCodes } from '../exit-codes.ts';
import { withCommon, withViewer, type CommonFlags } from '../options/command-options.ts';
import { withConsistency, type ConsistencyFlags } from '../options/consistency-option.ts';
import { ids } from '../options/values.ts';
import { showAnswer } from '../output/answer.ts';
import type { Column } from '../output/columns.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { tableText } from '../output/table.ts';

interface Flags extends CommonFlags, ConsistencyFlags {
  readonly viewer: bigint;
  readonly require: boolean;
}

interface Checked {
  readonly fundId: bigint;
  readonly allowed: boolean;
}

const fund: Column<Checked> = { name: 'fund', of: ({ fundId }) => String(fundId), right: true };
const table: readonly Column<Checked>[] = [
  fund,
  {
    name: 'access',
    of: ({ allowed }) => (allowed ? 'allowed' : 'denied'),
    style: ({ allowed }) => (allowed ? 'green' : 'red'),
  },
];
const csv: readonly Column<Checked>[] = [
  { ...fund, name: 'fund_id' },
  { name: 'allowed', of: ({ allowed }) => String(allowed) },
];

/** `finance access check`: CheckAccess for one id, BatchCheckAccess for more. */
export function addAccessCheck(group: Command, output: Output): void {
  const command = withViewer(
    group.command('check').description('whether a viewer may see a fund, or each of up to 1,000'),
  )
    .argument('<fund-id...>', 'which', ids)
    .option('--require', 'end with exit code 4 unless all are allowed', false);
  withCommon(withConsistency(command), [
    'access check 17040 --viewer 2',
    'access check 17040 17041 17042 --viewer 2 --csv',
    'access check 17040 --viewer 2 --require && echo yes',
  ]).action(async (fundIds: readonly bigint[], flags: Flags) => {
    await withPermission(flags, async (client) => {
      const { json, allowed } = await check(client, fundIds, flags);
      const lines = fundIds.map((fundId, index) => ({ fundId, allowed: allowed[index] === true }));
      await showAnswer(output, flags, { json, text: () => tableText(output, table, lines), csv, lines });
      const denied = lines.filter((line) => !line.allowed).map(({ fundId }) => fundId);
      if (flags.require && denied.length > 0) {
        throw new CliError(
          exitCodes.denied,
          `FUND_ACCESS_DENIED: viewer ${flags.viewer} may not see ${denied.join(', ')}; \`finance access viewers\` shows who may`,
        );
      }
    });
  });
}

async function check(
  client: Client<typeof PermissionService>,
  fundIds: readonly bigint[],
  { viewer, consistency }: Flags,
): Promise<{ readonly json: JsonObject; readonly allowed: readonly boolean[] }> {
  const how = { viewerUserId: viewer, ...(consistency !== undefined && { consistency }) };
  const [fundId] = fundIds;
  if (fundId !== undefined && fundIds.length === 1) {
    const answer = await client.checkAccess({ ...how, fundId });
    return { json: jsonOf(CheckAccessResponseSchema, answer), allowed: [answer.allowed] };
  }
  const answer = await client.batchCheckAccess({ ...how, fundIds: [...fundIds] });
  return { json: jsonOf(BatchCheckAccessResponseSchema, answer), allowed: answer.allowed };
}
