import { fundSortColumns } from '@finance/domain';

/** What `--sort` of funds takes; the server judges it. */
export const fundSortHelp = `one of ${fundSortColumns.join(', ')}; "amount desc" descends`;
