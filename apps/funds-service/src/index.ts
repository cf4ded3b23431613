export type { FundsDeps } from './funds-deps.ts';
export { createFundsService } from './funds-service.ts';
export { fundsSettings, paginationSettings } from './settings.ts';
export { createScopeClient } from './scope-client.ts';
export type { ResolveScope } from './scope-client.ts';
export { createStrategyChoice } from './strategy-choice.ts';
export type { StrategyChoice } from './strategy-choice.ts';
export { createViewerSnapshots } from './viewer-snapshots.ts';
export type { ViewerSnapshots } from './viewer-snapshots.ts';
