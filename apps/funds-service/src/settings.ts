import { auditSettings } from '@finance/audit';
import { liveIndexSettings } from '@finance/index-host';
import { replicasSetting, sharedDatabaseSetting } from '@finance/schema';
import { choiceSetting, serverSettings } from '@finance/service-kit';
import { sqlStrategyNames } from '@finance/strategies';
import type { StrategyName } from '@finance/strategy-contract';
import { z } from 'zod';
import { fullViewNames } from './responses/names-in-view.ts';

const allStrategies: readonly StrategyName[] = ['live-index', ...sqlStrategyNames];

/** A comma list of strategies, best first. */
const strategiesSetting = z.string().transform((text, context): StrategyName[] => {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const found = names.map((name) => allStrategies.find((strategy) => strategy === name));
  const isBySql = (name: StrategyName | undefined): boolean => name !== undefined && name !== 'live-index';
  if (found.every((name) => name !== undefined) && found.some(isBySql)) return found;
  context.addIssue(`must be a comma list of ${allStrategies.join(', ')}, with one besides live-index`);
  return z.NEVER;
});

/** What is about funds as viewers see them; the server around it has its own settings. */
export const paginationSettings = {
  PAGINATION_STRATEGIES: {
    schema: strategiesSetting,
    // Others take seconds for large teams, and any caller may ask for them.
    default: ['live-index', 'adaptive-sql'] as StrategyName[],
    description:
      'Strategies that ListFunds may use, a comma list, best first; while the live index cannot answer the next one does. Others are refused with STRATEGY_NOT_ALLOWED: for large teams they take seconds.',
    example: allStrategies.join(','),
  },
  FULL_VIEW_NAMES: {
    schema: choiceSetting(fullViewNames),
    default: 'scope',
    description:
      "Whose names and departments FUND_VIEW_FULL tells: scope (people in the viewer's scope; of others the id alone) or all (everybody whom a visible fund touches).",
  },
} as const;

/** What funds-service can be told. */
export const fundsSettings = {
  ...serverSettings,
  ...paginationSettings,
  ...auditSettings,
  ...liveIndexSettings,
  DATABASE_URL: sharedDatabaseSetting,
  DATABASE_REPLICA_URLS: replicasSetting,
} as const;
