import { auditSettings } from '@finance/audit';
import { liveIndexSettings } from '@finance/index-host';
import { sharedDatabaseSetting } from '@finance/schema';
import { serverSettings } from '@finance/service-kit';
import { watchSettings } from './watch/watch-limits.ts';

/** What permission-service can be told. */
export const permissionSettings = {
  ...serverSettings,
  GRPC_PORT: { ...serverSettings.GRPC_PORT, default: 50_061 },
  HTTP_PORT: { ...serverSettings.HTTP_PORT, default: 8081 },
  ...auditSettings,
  ...liveIndexSettings,
  ...watchSettings,
  DATABASE_URL: sharedDatabaseSetting,
} as const;
