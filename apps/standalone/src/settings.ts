import { auditSettings } from '@finance/audit';
import { paginationSettings } from '@finance/funds-service';
import { liveIndexSettings } from '@finance/index-host';
import { watchSettings } from '@finance/permission-service';
import { databaseSetting } from '@finance/schema';
import { serverSettings } from '@finance/service-kit';

/** What the standalone program can be told. */
export const standaloneSettings = {
  ...serverSettings,
  ...paginationSettings,
  ...auditSettings,
  ...liveIndexSettings,
  ...watchSettings,
  DATABASE_URL: databaseSetting,
} as const;
