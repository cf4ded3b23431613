export { createBaseBuilder } from './base/base-builder.ts';
export type { IndexBase } from './base/index-base.ts';
export { createLiveIndex } from './create-live-index.ts';
export type { LiveIndexOptions } from './create-live-index.ts';
export type { BaseBuilder, IndexFundViewer, IndexPageRequest, IndexStats, LiveIndex } from './live-index.ts';
export { AskSql } from './unreadable/unreadable-rows.ts';
export type { OrderOwner, RowChange } from './row-change.ts';
