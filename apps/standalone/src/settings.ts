import { auditSettings } from '@finance/audit';
import { paginationSettings } from '@finance/funds-service';
import { liveIndexSettings } from '@finance/index-host';
import { databaseSetting } from '@finance/schema';
import { serverSettings } from '@finance/service-kit';

/** What the standalone program can be told. */
export const standaloneSettings = {
  ...serverSettings,
  ...paginationSettings,
  ...auditSettings,
  ...liveIndexSettings,
  DATABASE_URL: databaseSetting,
} as const;
