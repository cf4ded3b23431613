import type { Database, Statement } from 'better-sqlite3';
import type { ChangeFeed } from '../change-feed.ts';
import { newestStatement, requireTriggers } from './change-log.ts';
import { connect, feedErrorOf } from './connection.ts';
import { followLog } from './follow-log.ts';
import { loadTables } from './load-tables.ts';
import { peopleReading } from './people-reading.ts';
import { rowReading } from './row-reading.ts';
import { createWakeUp } from './wake-up.ts';

/** Follows a SQLite file by its change log. Positions are read in the calling thread: it takes microseconds. */
export function openSqliteFeed(file: string): ChangeFeed {
  const wakeUp = createWakeUp();
  let open: { readonly database: Database; readonly newest: Statement<[], bigint> } | undefined;

  const newest = (): bigint => {
    if (!open) {
      const database = connect(file);
      open = { database, newest: newestStatement(database) };
    }
    return open.newest.get()!;
  };

  return {
    engine: 'sqlite',
    check: async (signal) => {
      signal.throwIfAborted();
      const database = connect(file);
      try {
        requireTriggers(database);
      } catch (error) {
        throw feedErrorOf(error);
      } finally {
        database.close();
      }
    },
    load: (into, options) => loadTables(file, into, options),
    follow: (from, onBatch, options) => followLog(file, from, rowReading, onBatch, options, wakeUp),
    followPeople: (from, onBatch, options) => followLog(file, from, peopleReading, onBatch, options, wakeUp),
    position: async (signal) => {
      signal.throwIfAborted();
      try {
        const position = String(newest());
        wakeUp.now();
        return position;
      } catch (error) {
        throw feedErrorOf(error);
      }
    },
    close: async () => {
      open?.database.close();
      open = undefined;
    },
  };
}
