import type { JsonObject } from '@bufbuild/protobuf';
import { pageSizeDefault, pageSizeMax, skipMax } from '@finance/paging';
import { CliError } from '../cli-error.ts';
import { exitCodes } from '../exit-codes.ts';
import type { FormatFlags } from '../options/format-options.ts';
import type { PagingFlags } from '../options/paging-options.ts';
import type { Listing } from '../output/listing.ts';
import type { Output } from '../output/output.ts';
import { rowSink } from '../output/row-sink.ts';
import { countText } from '../output/words.ts';
import { pageNote } from './page-note.ts';

/** Where a page begins. */
export interface PageStart {
  readonly pageSize: number;
  readonly pageToken: string;
  /** Always 0 for lists that cannot skip. */
  readonly skip: number;
  /** False for the pages that follow in a walk: their total is known already. */
  readonly first: boolean;
}

/** A page of any list. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextPageToken: string;
  readonly totalSize: bigint | undefined;
  /** The fields beside the rows, as JSON. */
  readonly rest: JsonObject;
  /** What answered, where the API tells. */
  readonly answeredBy?: string;
}

/** A list RPC. */
export interface PagedCall<Row> {
  readonly fetch: (start: PageStart) => Promise<Page<Row>>;
  /** Whether the RPC can leave rows out; where it cannot, page N is reached by walking. */
  readonly canSkip: boolean;
  /** Pages may end before they are full, so that nobody knows how many there are. */
  readonly unevenPages?: boolean;
}

/** Fetches the page or pages that were asked for and writes them in the chosen form. */
export async function showPages<Row, Line>(
  output: Output,
  flags: PagingFlags & FormatFlags,
  listing: Listing<Row, Line>,
  call: PagedCall<Row>,
): Promise<void> {
  const sink = rowSink(output, flags, listing);
  const pageSize = flags.pageSize ?? (flags.all ? pageSizeMax : pageSizeDefault);
  let page =
    flags.all || flags.pageToken !== undefined
      ? undefined
      : await numberedPage(output, flags.page ?? 1, pageSize, listing.noun, call);
  page ??= await call.fetch({ pageSize, pageToken: flags.pageToken ?? '', skip: 0, first: true });
  const { totalSize } = page;
  let rowCount = 0;
  for (;;) {
    await sink.rows(page.rows);
    rowCount += page.rows.length;
    if (!flags.all || page.nextPageToken === '') break;
    showProgress(output, listing.noun, rowCount, totalSize);
    page = await call.fetch({ pageSize, pageToken: page.nextPageToken, skip: 0, first: false });
  }
  output.endProgress();
  const rest = totalSize === undefined ? page.rest : { ...page.rest, totalSize: String(totalSize) };
  await sink.end(
    rest,
    pageNote({
      flags,
      pageSize: call.unevenPages ? undefined : pageSize,
      rowCount,
      noun: listing.noun,
      totalSize,
      page,
    }),
  );
}

/** Page N: at once where the RPC can skip, else by way of the pages before; past the end it is the last one, emptied. */
async function numberedPage<Row>(
  output: Output,
  number: number,
  pageSize: number,
  noun: string,
  call: PagedCall<Row>,
): Promise<Page<Row>> {
  if (call.canSkip) {
    const skip = (number - 1) * pageSize;
    if (skip > skipMax) {
      throw new CliError(
        exitCodes.usage,
        `--page ${number} lies beyond the first ${countText(skipMax)} ${noun}; use --page-token`,
      );
    }
    return call.fetch({ pageSize, pageToken: '', skip, first: true });
  }
  let page = await call.fetch({ pageSize, pageToken: '', skip: 0, first: true });
  for (let reached = 1; reached < number; reached += 1) {
    if (page.nextPageToken === '') return { ...page, rows: [] };
    showProgress(output, noun, reached * pageSize, page.totalSize);
    page = await call.fetch({ pageSize, pageToken: page.nextPageToken, skip: 0, first: true });
  }
  return page;
}

function showProgress(output: Output, noun: string, count: number, total: bigint | undefined): void {
  output.progress(`${countText(count)}${total === undefined ? '' : ` of ${countText(total)}`} ${noun}…`);
}
