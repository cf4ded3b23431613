import { fundSortColumns, type FundOrder } from '@finance/domain';
import { BenchError } from '../cli/bench-error.ts';

/** An order as the API words it. */
export const orderText = ({ column, descending }: FundOrder): string => (descending ? `${column} desc` : column);

/** Every column, half of them descending. */
const allOrders: readonly FundOrder[] = fundSortColumns.map((column, i) => ({ column, descending: i % 2 === 1 }));

/** Reads orders such as `amount desc`; `all` is every column once. @throws BenchError for an unknown column */
export function parseOrders(texts: readonly string[]): FundOrder[] {
  return texts.flatMap((text) => {
    if (text === 'all') return allOrders;
    const [name, direction, ...rest] = text.split(/[ :]+/);
    const column = fundSortColumns.find((each) => each === name);
    if (column && rest.length === 0 && (direction === undefined || direction === 'asc' || direction === 'desc')) {
      return [{ column, descending: direction === 'desc' }];
    }
    throw new BenchError(`no order '${text}'; give a column of ${fundSortColumns.join(', ')}, maybe with desc, or all`);
  });
}
