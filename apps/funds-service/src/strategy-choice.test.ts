import { PaginationStrategy } from '@finance/contract/funds-service';
import { sqlStrategies } from '@finance/strategies';
import { expect, test } from 'vitest';
import { paginationSettings } from './settings.ts';
import { createStrategyChoice } from './strategy-choice.ts';

const { LIVE_INDEX, ADAPTIVE_SQL, UNSPECIFIED } = PaginationStrategy;

test('a caller gets a strategy that costs seconds only where the operator has allowed it', () => {
  const byDefault = createStrategyChoice(sqlStrategies, paginationSettings.PAGINATION_STRATEGIES.default);
  const known = Object.values(PaginationStrategy).filter((value) => typeof value === 'number');
  for (const asked of known) {
    const choose = () => byDefault.choose(asked);
    const isAllowed = asked === UNSPECIFIED || asked === LIVE_INDEX || asked === ADAPTIVE_SQL;
    if (isAllowed) expect(choose().bySql.used).toBe(ADAPTIVE_SQL);
    else
      expect(choose).toThrow(
        expect.objectContaining({
          reason: 'STRATEGY_NOT_ALLOWED',
          message: expect.stringContaining('PAGINATION_STRATEGIES') as string,
        }),
      );
  }
  const allowed = createStrategyChoice(sqlStrategies, ['live-index', 'temporary-table']);
  expect(allowed.choose(PaginationStrategy.TEMPORARY_TABLE).byIndex).toBe(false);
});
