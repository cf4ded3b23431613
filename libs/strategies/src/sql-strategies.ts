import type { SqlSession } from '@finance/schema';
import type { PaginationStrategy, StrategyName } from '@finance/strategy-contract';
import { closureJoin } from './closure-join/strategy.ts';
import { memorySort } from './memory-sort/strategy.ts';
import { temporaryTable } from './temporary-table/strategy.ts';

/** Every strategy that answers from a database snapshot, by name. */
export const sqlStrategies: ReadonlyMap<StrategyName, PaginationStrategy<SqlSession>> = new Map(
  [closureJoin, temporaryTable, memorySort].map((strategy) => [strategy.name, strategy]),
);
