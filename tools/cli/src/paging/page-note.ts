import type { PagingFlags } from '../options/paging-options.ts';
import { countText } from '../output/words.ts';
import type { Page } from './show-pages.ts';

/** What {@link pageNote} tells about. */
export interface ShownPages {
  readonly flags: PagingFlags;
  /** Undefined when pages may be shorter. */
  readonly pageSize: number | undefined;
  readonly rowCount: number;
  readonly noun: string;
  readonly totalSize: bigint | undefined;
  /** The last page. */
  readonly page: Page<unknown>;
}

/** The line below a table: how many of how many, on which page, what answered and how to see more. */
export function pageNote({ flags, pageSize, rowCount, noun, totalSize, page }: ShownPages): string {
  const parts = [`${countText(rowCount)}${totalSize === undefined ? '' : ` of ${countText(totalSize)}`} ${noun}`];
  if (!flags.all && flags.pageToken === undefined) {
    const pages =
      totalSize === undefined || pageSize === undefined ? '' : ` of ${countText(pageCount(totalSize, pageSize))}`;
    parts.push(`page ${countText(flags.page ?? 1)}${pages}`);
  }
  if (page.answeredBy !== undefined) parts.push(`by ${page.answeredBy}`);
  if (page.nextPageToken !== '') {
    parts.push(
      flags.pageToken === undefined
        ? `next: --page ${(flags.page ?? 1) + 1}`
        : `next: --page-token ${page.nextPageToken}`,
    );
  }
  return parts.join(', ');
}

function pageCount(totalSize: bigint, pageSize: number): bigint {
  const size = BigInt(pageSize);
  return (totalSize + size - 1n) / size;
}
