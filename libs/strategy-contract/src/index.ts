export type { DataSet } from './data-set.ts';
export type { FundPage, FundPageRequest } from './fund-page.ts';
export { createOracle } from './oracle/oracle.ts';
export type { Oracle } from './oracle/oracle.ts';
export { pageOf } from './oracle/page-of.ts';
export { strategyNames } from './pagination-strategy.ts';
export type { PaginationStrategy, StrategyName } from './pagination-strategy.ts';
