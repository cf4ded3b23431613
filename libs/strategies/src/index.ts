export { adaptiveSql, createAdaptiveSql } from './adaptive-sql/strategy.ts';
export type { AdaptiveSqlOptions } from './adaptive-sql/strategy.ts';
export { createFourStep } from './four-step/strategy.ts';
export type { OnStep, StepName } from './four-step/on-step.ts';
export { statementBytes } from './in-list/statement-bytes.ts';
export { createMemoryStore } from './memory-store/memory-store.ts';
export type { MemoryStore } from './memory-store/memory-store.ts';
export { memoryStoreSort } from './memory-store/strategy.ts';
export { sqlStrategies, sqlStrategiesOn, sqlStrategyNames } from './sql-strategies.ts';
