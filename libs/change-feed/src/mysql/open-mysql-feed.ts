import type { Connection } from 'mysql2';
import type { ChangeFeed } from '../change-feed.ts';
import { createSharedRead } from '../position/shared-read.ts';
import { personChangeOf } from '../rows/person-change.ts';
import { rowChangeOf } from '../rows/row-maker.ts';
import { untilAborted } from '../until-aborted.ts';
import { checkServer } from './check-server.ts';
import { connect, drop, feedErrorOf, readPosition } from './connection.ts';
import { followBinlog } from './follow-binlog.ts';
import { loadTables } from './load-tables.ts';

/** Follows a MySQL database by its binlog. */
export function openMysqlFeed(url: string): ChangeFeed {
  let connecting: Promise<Connection> | undefined;

  const sharedPosition = createSharedRead(async () => {
    connecting ??= connect(url);
    try {
      return await readPosition(await connecting);
    } catch (error) {
      const broken = connecting;
      connecting = undefined;
      broken.then(
        (connection) => drop(connection),
        () => undefined,
      );
      throw feedErrorOf(error);
    }
  });

  return {
    engine: 'mysql',
    check: (signal) => untilAborted(signal, checkServer(url)),
    load: (into, options) => loadTables(url, into, options),
    follow: (from, onBatch, options) => followBinlog(url, from, rowChangeOf, onBatch, options),
    followPeople: (from, onBatch, options) => followBinlog(url, from, personChangeOf, onBatch, options),
    position: (signal) => untilAborted(signal, sharedPosition()),
    close: async () => {
      const open = connecting;
      connecting = undefined;
      await open?.then((connection) => connection.promise().end()).catch(() => undefined);
    },
  };
}
