import { paginationSettings } from '@finance/funds-service';
import { databaseSetting } from '@finance/schema';
import { serverSettings } from '@finance/service-kit';

/** What the standalone program can be told. */
export const standaloneSettings = { ...serverSettings, ...paginationSettings, DATABASE_URL: databaseSetting } as const;
