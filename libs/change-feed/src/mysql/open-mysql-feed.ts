import type { ChangeFeed } from '../change-feed.ts';
import { createSharedRead } from '../position/shared-read.ts';
import { personChangeOf } from '../rows/person-change.ts';
import { rowChangeOf } from '../rows/row-maker.ts';
import { untilAborted } from '../until-aborted.ts';
import { checkServer } from './check-server.ts';
import { followBinlog } from './follow-binlog.ts';
import { loadTables } from './load-tables.ts';
import { openNewestPosition } from './newest-position.ts';

/** Follows a MySQL database by its binlog. */
export function openMysqlFeed(url: string): ChangeFeed {
  const newest = openNewestPosition(url);
  const sharedPosition = createSharedRead(() => newest.read());

  return {
    engine: 'mysql',
    check: (signal) => untilAborted(signal, checkServer(url)),
    load: (into, options) => loadTables(url, into, options),
    follow: (from, onBatch, options) => followBinlog(url, from, rowChangeOf, onBatch, options),
    followPeople: (from, onBatch, options) => followBinlog(url, from, personChangeOf, onBatch, options),
    position: (signal) => untilAborted(signal, sharedPosition()),
    close: () => newest.close(),
  };
}
