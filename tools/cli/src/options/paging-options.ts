import { pageSizeMax } from '@finance/paging';
import { Option, type Command } from 'commander';
import { int32Max, wholeNumber } from './values.ts';

/** Which page. */
export interface PagingFlags {
  readonly page?: number;
  readonly pageSize?: number;
  readonly pageToken?: string;
  readonly all?: boolean;
}

/** Adds the options that choose a page. */
export function withPaging(command: Command): Command {
  return command
    .addOption(
      new Option('--page <n>', 'page N (default: 1)').argParser(wholeNumber(int32Max)).conflicts(['all', 'pageToken']),
    )
    .option(
      '--page-size <n>',
      `rows a page, at most ${pageSizeMax} (default: 20; ${pageSizeMax} with --all)`,
      wholeNumber(pageSizeMax),
    )
    .addOption(
      new Option('--page-token <token>', 'the page after an earlier one, by its nextPageToken').conflicts('all'),
    )
    .option('--all', 'all pages, one after the other');
}
