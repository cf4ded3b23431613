import { paginationSettings } from '@finance/funds-service';
import { strategyNames, type StrategyName } from '@finance/strategy-contract';

/** Every strategy that a server can be told to offer. */
export const offeredStrategies = (): StrategyName[] =>
  strategyNames.filter((name) => paginationSettings.PAGINATION_STRATEGIES.schema.safeParse(name).success);
