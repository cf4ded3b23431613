export { createMemoryStore } from './memory-store/memory-store.ts';
export type { MemoryStore } from './memory-store/memory-store.ts';
export { memoryStoreSort } from './memory-store/strategy.ts';
export { sqlStrategies } from './sql-strategies.ts';
