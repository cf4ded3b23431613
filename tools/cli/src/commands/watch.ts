import { WatchChangesResponseSchema, type WatchChangesResponse } from '@finance/contract/permission-service';
import type { Command } from 'commander';
import { withPermission } from '../client.ts';
import { withCommon, type CommonFlags } from '../options/command-options.ts';
import { int32Max, wholeNumber } from '../options/values.ts';
import { csvHead, csvLines } from '../output/csv.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { streamWithin } from '../paging/stream-within.ts';
import { changeColumns, changeText } from '../rows/change-rows.ts';

interface Flags extends CommonFlags {
  readonly after: string;
  readonly count?: number;
}

/** `finance watch`: WatchChanges, a line for each event as it comes. */
export function addWatch(program: Command, output: Output): void {
  const command = program
    .command('watch')
    .description('changes of the org and of assignments as they are committed; --json prints one document a line')
    .option('--after <token>', 'only changes after this position or consistency token (default: from now on)', '')
    .option('--count <n>', 'end after so many changes', wholeNumber(int32Max));
  withCommon(command, ['watch', 'watch --json --after <position> --count 100 | jq .position']).action(
    async (flags: Flags) => {
      const { after, count = Infinity, timeout } = flags;
      await withPermission(flags, async (client) => {
        if (flags.csv) await output.write(csvHead(changeColumns));
        // The server's heartbeats come well within the default timeout.
        const events = streamWithin(
          (signal) => client.watchChanges({ afterToken: after }, { signal, timeoutMs: 0 }),
          timeout,
        );
        let left = count;
        for await (const event of events) {
          if (event.change.case === undefined) {
            output.progress(`watching, after ${event.position}`);
            continue;
          }
          await output.write(lineOf(event, flags));
          left -= 1;
          if (left === 0) return;
        }
      });
    },
  );
}

function lineOf(event: WatchChangesResponse, { json, csv }: CommonFlags): string {
  if (json) return `${JSON.stringify(jsonOf(WatchChangesResponseSchema, event))}\n`;
  return csv ? csvLines(changeColumns, [event]) : changeText(event);
}
