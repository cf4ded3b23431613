export { adaptiveSql, adaptiveSqlWays, createAdaptiveSql } from './adaptive-sql/strategy.ts';
export type { AdaptiveSqlOptions } from './adaptive-sql/strategy.ts';
export { createFourStep } from './four-step/strategy.ts';
export type { OnStep, StepName } from './four-step/on-step.ts';
export { statementBytes } from './in-list/statement-bytes.ts';
export { findInconsistencies } from './materialized-view/inconsistencies.ts';
export type { Inconsistency } from './materialized-view/inconsistencies.ts';
export {
  refreshFully,
  refreshIncrementally,
  refreshLimitsDefault,
  removeViewers,
} from './materialized-view/refresh.ts';
export type { RefreshLimits, RefreshReport } from './materialized-view/refresh.ts';
export { materializedView, staleMaterializedView } from './materialized-view/strategy.ts';
export { isCurrent, viewerState, viewerStates } from './materialized-view/viewer-state.ts';
export type { ViewerState } from './materialized-view/viewer-state.ts';
export { createMemoryStore } from './memory-store/memory-store.ts';
export type { MemoryStore } from './memory-store/memory-store.ts';
export { memoryStoreSort } from './memory-store/strategy.ts';
export { sqlStrategies, sqlStrategiesOn, sqlStrategyNames } from './sql-strategies.ts';
