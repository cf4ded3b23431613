import { auditSettings } from '@finance/audit';
import { liveIndexSettings } from '@finance/index-host';
import { replicasSetting, sharedDatabaseSetting } from '@finance/schema';
import { serverSettings } from '@finance/service-kit';
import { sqlStrategyNames } from '@finance/strategies';
import type { StrategyName } from '@finance/strategy-contract';
import { z } from 'zod';

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

/** What is about pages of funds; the server around it has its own settings. */
export const paginationSettings = {
  PAGINATION_STRATEGIES: {
    schema: strategiesSetting,
    default: ['live-index', 'adaptive-sql', 'temporary-table', 'closure-join'] as StrategyName[],
    description:
      'Strategies that ListFunds may use, a comma list, best first; while the live index cannot answer the next one does. Others are refused.',
    example: allStrategies.join(','),
  },
} as const;

/** A comma list of user ids. */
const userIdsSetting = z
  .string()
  .regex(/^\d{1,18}(,\d{1,18})*$/, 'must be a comma list of user ids')
  .transform((text): readonly bigint[] => text.split(',').map(BigInt));

/** Where scopes are cached; correctness rests on none of it. */
export const scopeCacheSettings = {
  REDIS_URL: {
    schema: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }),
    secret: true,
    description:
      'Redis in which instances share the scopes of viewers; they must share PAGE_TOKEN_KEY as well. Unset: each remembers its own.',
    example: 'redis://:secret@127.0.0.1:6379',
  },
  CACHE_WARM_VIEWERS: {
    schema: userIdsSetting,
    default: [] as readonly bigint[],
    description:
      'Viewers whose scopes are resolved at the start and after each change of the org, a comma list of user ids.',
    example: '1,2,17',
  },
} as const;

/** What funds-service can be told. */
export const fundsSettings = {
  ...serverSettings,
  ...paginationSettings,
  ...auditSettings,
  ...scopeCacheSettings,
  ...liveIndexSettings,
  DATABASE_URL: sharedDatabaseSetting,
  DATABASE_REPLICA_URLS: replicasSetting,
  PERMISSION_SERVICE_URL: {
    schema: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }),
    default: 'http://127.0.0.1:50061',
    description: 'Where permission-service serves gRPC.',
  },
  PERMISSION_SERVICE_TOKEN_FILE: {
    schema: z.string(),
    description:
      'File with the key or token that funds-service calls permission-service with; read again as it changes.',
    example: '/etc/finance/permission-service.token',
  },
  PERMISSION_SERVICE_CA_FILE: {
    schema: z.string(),
    description: 'PEM file of the authority of permission-service, where it is not one that Node.js knows.',
  },
  PERMISSION_SERVICE_CERT_FILE: {
    schema: z.string(),
    description: 'PEM file of the client certificate that funds-service shows permission-service.',
  },
  PERMISSION_SERVICE_KEY_FILE: { schema: z.string(), description: 'PEM file of its private key.' },
} as const;
