export { ChangeFeedError } from './change-feed-error.ts';
export type { ChangeFeedErrorKind } from './change-feed-error.ts';
export type {
  ChangeBatch,
  ChangeFeed,
  FeedState,
  FollowOptions,
  LoadOptions,
  LoadResult,
  TransactionBatch,
} from './change-feed.ts';
export { openChangeFeed } from './open-change-feed.ts';
export type { FeedTarget } from './open-change-feed.ts';
export { createPositionTracker } from './position/position-tracker.ts';
export type { PositionTracker } from './position/position-tracker.ts';
export type { PersonChange } from './rows/person-change.ts';
export type { TableConsumer } from './table-consumer.ts';
