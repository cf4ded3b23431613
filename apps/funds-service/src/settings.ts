import { databaseSetting } from '@finance/schema';
import { serverSettings } from '@finance/service-kit';
import { sqlStrategyNames } from '@finance/strategies';
import type { StrategyName } from '@finance/strategy-contract';
import { z } from 'zod';

/** A comma list of strategies, best first. */
const strategiesSetting = z.string().transform((text, context): StrategyName[] => {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const found = names.map((name) => sqlStrategyNames.find((strategy) => strategy === name));
  if (found.every((strategy) => strategy !== undefined)) return found;
  context.addIssue(`must be a comma list of ${sqlStrategyNames.join(', ')}`);
  return z.NEVER;
});

/** What is about pages of funds; the server around it has its own settings. */
export const paginationSettings = {
  PAGINATION_STRATEGIES: {
    schema: strategiesSetting,
    default: ['adaptive-sql', 'temporary-table', 'closure-join'] as StrategyName[],
    description: 'Strategies that ListFunds may use, a comma list, best first. Others are refused.',
    example: sqlStrategyNames.join(','),
  },
} as const;

/** What funds-service can be told. */
export const fundsSettings = {
  ...serverSettings,
  ...paginationSettings,
  DATABASE_URL: databaseSetting,
  PERMISSION_SERVICE_URL: {
    schema: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }),
    default: 'http://127.0.0.1:50061',
    description: 'Where permission-service serves gRPC.',
  },
} as const;
