import { create } from '@bufbuild/protobuf';
import type { Fund } from '@finance/contract/fund';
import { ExportFundsResponseSchema } from '@finance/contract/funds-service';
import type { Command } from 'commander';
import { withFunds } from '../client.ts';
import { withCommon, withViewer, type CommonFlags } from '../options/command-options.ts';
import { withConsistency, type ConsistencyFlags } from '../options/consistency-option.ts';
import { filterOf, withFilter, type FilterFlags } from '../options/filter-options.ts';
import { fundSortHelp } from '../options/sort-help.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { rowSink } from '../output/row-sink.ts';
import { countText } from '../output/words.ts';
import { streamWithin } from '../paging/stream-within.ts';
import { fundListing } from '../rows/fund-rows.ts';

interface Flags extends CommonFlags, FilterFlags, ConsistencyFlags {
  readonly viewer: bigint;
  readonly sort?: string;
}

/** Rows written at once; a table has so many. */
const chunkRows = 1_000;

/** `finance funds export`: ExportFunds, written as it comes. */
export function addFundsExport(group: Command, output: Output): void {
  const command = withFilter(
    withViewer(group.command('export').description('every fund a viewer may see, in one consistent pass')),
  ).option('--sort <order>', fundSortHelp);
  withCommon(withConsistency(command), [
    'funds export --viewer 2 --csv > funds.csv',
    'funds export --viewer 1 --sort created_at --status settled --json | jq .funds[0]',
  ]).action(async (flags: Flags) => {
    const { viewer, sort = '', consistency } = flags;
    const request = {
      viewerUserId: viewer,
      filter: filterOf(flags),
      orderBy: sort,
      ...(consistency !== undefined && { consistency }),
    };
    await withFunds(flags, async (client) => {
      const sink = rowSink(output, flags, fundListing(false));
      // An export may take long; only the wait for each of its batches is bounded.
      const answers = streamWithin((signal) => client.exportFunds(request, { signal, timeoutMs: 0 }), flags.timeout);
      let last = create(ExportFundsResponseSchema);
      let waiting: Fund[] = [];
      let count = 0;
      for await (const answer of answers) {
        last = answer;
        count += answer.funds.length;
        waiting.push(...answer.funds);
        output.progress(`${countText(count)} funds…`);
        for (; waiting.length >= chunkRows; waiting = waiting.slice(chunkRows)) {
          await sink.rows(waiting.slice(0, chunkRows));
        }
      }
      await sink.rows(waiting);
      output.endProgress();
      await sink.end(
        jsonOf(ExportFundsResponseSchema, { ...last, funds: [] }),
        `${countText(count)} funds, all there are`,
      );
    });
  });
}
