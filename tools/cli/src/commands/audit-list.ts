import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { AuditKind, AuditKindSchema, ListAuditEntriesResponseSchema } from '@finance/contract/audit-service';
import type { Command } from 'commander';
import { withAudit } from '../client.ts';
import { withCommon, type CommonFlags } from '../options/command-options.ts';
import { instant } from '../options/instant.ts';
import { withPaging, type PagingFlags } from '../options/paging-options.ts';
import { id, word } from '../options/values.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { wordsOf } from '../output/words.ts';
import { showPages } from '../paging/show-pages.ts';
import { auditListing } from '../rows/audit-rows.ts';

interface Flags extends CommonFlags, PagingFlags {
  readonly caller?: string;
  readonly viewer?: bigint;
  readonly rpc?: string;
  readonly kind?: AuditKind;
  readonly from?: Timestamp;
  readonly to?: Timestamp;
  readonly newest: boolean;
}

/** `finance audit list`: ListAuditEntries. */
export function addAuditList(group: Command, output: Output): void {
  const command = withPaging(group.command('list').description('entries of the audit log, the oldest first'))
    .option('--caller <subject>', 'only exactly this caller')
    .option('--viewer <user-id>', 'only for this viewer', id)
    .option('--rpc <name>', 'only this RPC, as finance.funds.v1.FundsService/ListFunds')
    .option('--kind <kind>', `only ${wordsOf(AuditKindSchema).join(', ')}`, word(AuditKindSchema))
    .option('--from <time>', 'recorded at this time or later', instant)
    .option('--to <time>', 'recorded before this time', instant)
    .option('--newest', 'the newest first', false);
  withCommon(command, [
    'audit list --newest',
    'audit list --viewer 2 --from 2026-11-23 --to 2026-11-24',
    'audit list --kind write --all --csv > changes.csv',
  ]).action(async (flags: Flags) => {
    const { caller = '', viewer = 0n, rpc = '', kind = AuditKind.UNSPECIFIED, from, to, newest } = flags;
    const filter = {
      caller,
      viewerUserId: viewer,
      rpc,
      kind,
      ...(from && { recordedFrom: from }),
      ...(to && { recordedTo: to }),
    };
    const orderBy = newest ? 'sequence desc' : 'sequence';
    await withAudit(flags, (client) =>
      showPages(output, flags, auditListing, {
        canSkip: false,
        fetch: async ({ pageSize, pageToken }) => {
          const answer = await client.listAuditEntries({ filter, orderBy, pageSize, pageToken });
          return {
            rows: answer.entries,
            nextPageToken: answer.nextPageToken,
            totalSize: undefined,
            rest: jsonOf(ListAuditEntriesResponseSchema, { ...answer, entries: [] }),
          };
        },
      }),
    );
  });
}
