import type { FundPage, FundPageRequest } from './fund-page.ts';

/** The strategies of DESIGN §7, by the names used in configuration and reports. */
export const strategyNames = [
  'live-index',
  'adaptive-sql',
  'temporary-table',
  'closure-join',
  'recursive-cte',
  'four-step',
  'parallel',
  'materialized-view',
  'memory-sort',
  'in-list',
] as const;

export type StrategyName = (typeof strategyNames)[number];

/**
 * A way to answer ListFunds from a source (a database snapshot, arrays, an index).
 * Guarantees that the page and total are those of the oracle on the source's state. The caller has made sure that
 * the scope's org version is the source's.
 */
export interface PaginationStrategy<Source> {
  readonly name: StrategyName;
  listFunds(source: Source, request: FundPageRequest): Promise<FundPage>;
}
