import { PaginationStrategy as ProtoStrategy, PaginationStrategySchema } from '@finance/contract/funds-service';
import { DomainError, invalidField } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import type { PaginationStrategy, StrategyName } from '@finance/strategy-contract';

const protoOf: Record<StrategyName, ProtoStrategy> = {
  'live-index': ProtoStrategy.LIVE_INDEX,
  'adaptive-sql': ProtoStrategy.ADAPTIVE_SQL,
  'temporary-table': ProtoStrategy.TEMPORARY_TABLE,
  'closure-join': ProtoStrategy.CLOSURE_JOIN,
  'recursive-cte': ProtoStrategy.RECURSIVE_CTE,
  'four-step': ProtoStrategy.FOUR_STEP,
  parallel: ProtoStrategy.PARALLEL,
  'materialized-view': ProtoStrategy.MATERIALIZED_VIEW,
  'memory-sort': ProtoStrategy.MEMORY_SORT,
  'in-list': ProtoStrategy.IN_LIST,
};

type SqlStrategy = PaginationStrategy<SqlSession>;

/** The strategies this server offers. */
export interface StrategyChoice {
  /** The one asked for, or the best for UNSPECIFIED. @throws DomainError STRATEGY_NOT_ALLOWED */
  choose(asked: ProtoStrategy): { readonly strategy: SqlStrategy; readonly used: ProtoStrategy };
}

/** @param allowed best first; every name has a strategy in `known` */
export function createStrategyChoice(
  known: ReadonlyMap<StrategyName, SqlStrategy>,
  allowed: readonly StrategyName[],
): StrategyChoice {
  const offered = allowed.map((name) => {
    const strategy = known.get(name);
    if (!strategy) throw new Error(`no strategy '${name}' here`);
    return { strategy, used: protoOf[name] };
  });
  return {
    choose: (asked) => {
      const choice = asked === ProtoStrategy.UNSPECIFIED ? offered[0] : offered.find(({ used }) => used === asked);
      if (!choice) {
        const strategy = PaginationStrategySchema.value[asked]?.name;
        if (strategy === undefined) throw invalidField('strategy', `has the unknown value ${asked}`);
        throw new DomainError(
          'STRATEGY_NOT_ALLOWED',
          `${strategy} is not offered here; use one of ${allowed.join(', ')}, or none for the best of them`,
          { field: 'strategy', strategy, allowed: allowed.join(', ') },
        );
      }
      return choice;
    },
  };
}
