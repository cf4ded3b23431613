import type { Database, SqlSession } from '@finance/schema';
import type { PaginationStrategy, StrategyName } from '@finance/strategy-contract';
import { adaptiveSql } from './adaptive-sql/strategy.ts';
import { closureJoin } from './closure-join/strategy.ts';
import { fourStep } from './four-step/strategy.ts';
import { inList } from './in-list/strategy.ts';
import { materializedView } from './materialized-view/strategy.ts';
import { memorySort } from './memory-sort/strategy.ts';
import { createParallel } from './parallel/strategy.ts';
import { recursiveCte } from './recursive-cte/strategy.ts';
import { temporaryTable } from './temporary-table/strategy.ts';

type SqlStrategies = ReadonlyMap<StrategyName, PaginationStrategy<SqlSession>>;

/** Every strategy that answers from one database snapshot, by name; the best one first. */
export const sqlStrategies: SqlStrategies = new Map(
  [adaptiveSql, temporaryTable, closureJoin, recursiveCte, fourStep, inList, materializedView, memorySort].map(
    (strategy) => [strategy.name, strategy],
  ),
);

/** {@link sqlStrategies} and those that need further connections of the database their sessions come from. */
export function sqlStrategiesOn(database: Database): SqlStrategies {
  const parallel = createParallel(database);
  return new Map([...sqlStrategies, [parallel.name, parallel]]);
}

/** The names of {@link sqlStrategiesOn}, the best one first. */
export const sqlStrategyNames: readonly StrategyName[] = [...sqlStrategies.keys(), 'parallel'];
