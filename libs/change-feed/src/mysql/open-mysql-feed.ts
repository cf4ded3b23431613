import type { ChangeFeed } from '../change-feed.ts';
import { createSharedRead } from '../position/shared-read.ts';
import { personChangeOf } from '../rows/person-change.ts';
import { rowChangeOf } from '../rows/row-maker.ts';
import { untilAborted } from '../until-aborted.ts';
import { checkServer } from './check-server.ts';
import { followBinlog } from './follow-binlog.ts';
import { loadTables } from './load-tables.ts';
import { renewHistory } from './renew-history.ts';
import { openNewestPosition } from './newest-position.ts';

/** Follows a MySQL database by its binlog. */
export function openMysqlFeed(url: string): ChangeFeed {
  const newest = openNewestPosition(url);
  const sharedPosition = createSharedRead(async () => (await newest.read()).position);

  return {
    engine: 'mysql',
    check: (signal) => untilAborted(signal, checkServer(url)),
    load: (into, options) => loadTables(url, into, options),
    follow: (from, onBatch, options) => followBinlog(url, from, rowChangeOf, newest, onBatch, options),
    followPeople: (from, onBatch, options) => followBinlog(url, from, personChangeOf, newest, onBatch, options),
    position: (signal) => untilAborted(signal, sharedPosition()),
    renewHistory: (known, signal) => untilAborted(signal, renewHistory(url, known)),
    close: () => newest.close(),
  };
}
