import { fundSortColumns, type FundSortColumn } from '@finance/domain';
import { createOracle, type DataSet } from '@finance/strategy-contract';
import type { ViewerHint } from '@finance/seeder';

/** A page somebody asks for, and its only right answer. */
export interface Question {
  readonly viewer: ViewerHint;
  readonly orderBy: string;
  readonly skip: number;
  readonly expected: { readonly fundIds: readonly bigint[]; readonly totalSize: number };
}

export const pageSize = 20;

/** The first, a middle and the last page of every viewer, each viewer in `sorts` orders; answered by the oracle. */
export function makeQuestions(data: DataSet, viewers: readonly ViewerHint[], sorts: number): Question[] {
  const oracle = createOracle(data);
  return viewers.flatMap((viewer, v) =>
    Array.from({ length: sorts }, (_, s) => (v + s) % fundSortColumns.length).flatMap((index) => {
      const column: FundSortColumn = fundSortColumns[index]!;
      const descending = index % 2 === 1;
      const visible = oracle.visibleFunds(viewer.userId, {}, { column, descending });
      const lastPage = Math.max(0, Math.floor((visible.length - 1) / pageSize) * pageSize);
      const middlePage = Math.floor(lastPage / pageSize / 2) * pageSize;
      return [...new Set([0, middlePage, lastPage])].map((skip) => ({
        viewer,
        orderBy: descending ? `${column} desc` : column,
        skip,
        expected: {
          fundIds: visible.slice(skip, skip + pageSize).map((fund) => fund.fundId),
          totalSize: visible.length,
        },
      }));
    }),
  );
}
