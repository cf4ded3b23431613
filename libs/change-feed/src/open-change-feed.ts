import type { DatabaseTarget } from '@finance/schema';
import type { ChangeFeed } from './change-feed.ts';
import { openMysqlFeed } from './mysql/open-mysql-feed.ts';
import { openSqliteFeed } from './sqlite/open-sqlite-feed.ts';

/** A database that can be followed. */
export type FeedTarget = Exclude<DatabaseTarget, { engine: 'memory' }>;

/** The feed of a database whose schema is current. Connects when used; works in any thread. */
export function openChangeFeed(target: FeedTarget): ChangeFeed {
  return target.engine === 'mysql' ? openMysqlFeed(target.url) : openSqliteFeed(target.file);
}
