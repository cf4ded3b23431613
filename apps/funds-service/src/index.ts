export type { FundsDeps } from './funds-deps.ts';
export { createFundsService } from './funds-service.ts';
export { fundsSettings, paginationSettings } from './settings.ts';
export { createStrategyChoice } from './strategy-choice.ts';
export type { StrategyChoice } from './strategy-choice.ts';
export { createViewerSnapshots } from './viewer-snapshots.ts';
export type { ViewerSnapshots, ViewerSnapshotsOptions } from './viewer-snapshots.ts';
export { createFundReader } from './reads/fund-reader.ts';
export type { FundReader, FundReaderOptions } from './reads/fund-reader.ts';
