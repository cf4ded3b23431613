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

/** A way to make pages with SQL, and its name in answers. */
export interface OfferedStrategy {
  readonly strategy: SqlStrategy;
  readonly used: ProtoStrategy;
}

/** How a page is to be made. */
export interface ChosenStrategy {
  /** By the live index while it can, or else by `bySql`. */
  readonly byIndex: boolean;
  readonly bySql: OfferedStrategy;
}

/** The strategies this server offers. */
export interface StrategyChoice {
  /** The one asked for, or the best for UNSPECIFIED. @throws DomainError STRATEGY_NOT_ALLOWED */
  choose(asked: ProtoStrategy): ChosenStrategy;
}

/**
 * @param known the strategies that use SQL; those allowed are among them, but for the live index
 * @param allowed best first, at least one that uses SQL
 */
export function createStrategyChoice(
  known: ReadonlyMap<StrategyName, SqlStrategy>,
  allowed: readonly StrategyName[],
): StrategyChoice {
  const bySql = allowed.filter((name) => name !== 'live-index').map((name) => offered(name, known));
  const [bestBySql] = bySql;
  if (!bestBySql) throw new Error('no strategy for when the live index cannot answer');
  const offeredHere: readonly (readonly [ProtoStrategy, ChosenStrategy])[] = allowed.map((name) =>
    name === 'live-index'
      ? [ProtoStrategy.LIVE_INDEX, { byIndex: true, bySql: bestBySql }]
      : [protoOf[name], { byIndex: false, bySql: offered(name, known) }],
  );
  return {
    choose: (asked) => {
      const unspecified = asked === ProtoStrategy.UNSPECIFIED;
      const choice = unspecified ? offeredHere[0] : offeredHere.find(([used]) => used === asked);
      if (!choice) {
        const strategy = PaginationStrategySchema.value[asked]?.name;
        if (strategy === undefined)
          throw invalidField('strategy', `has the unknown value ${asked}`, 'FIELD_INVALID', { value: asked });
        const names = allowed.map((name) => PaginationStrategySchema.value[protoOf[name]]?.name).join(', ');
        throw new DomainError(
          'STRATEGY_NOT_ALLOWED',
          `${strategy} is not allowed here: use one of ${names}, or none for the best of them; an operator can add it to PAGINATION_STRATEGIES`,
          { field: 'strategy', strategy, allowed: names },
        );
      }
      return choice[1];
    },
  };
}

function offered(name: StrategyName, known: ReadonlyMap<StrategyName, SqlStrategy>): OfferedStrategy {
  const strategy = known.get(name);
  if (!strategy) throw new Error(`no strategy '${name}' here`);
  return { strategy, used: protoOf[name] };
}
