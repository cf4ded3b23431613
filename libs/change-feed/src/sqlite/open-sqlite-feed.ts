import { fileIdentity, historyPointOf } from '@finance/schema';
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
  let open:
    { readonly database: Database; readonly newest: Statement<[], string>; readonly identity: string } | undefined;

  const newest = (): string => {
    const identity = fileIdentity(file);
    // Another file may stand there by now; the connection would go on with the one that it opened.
    if (open?.identity !== identity) {
      open?.database.close();
      open = undefined;
      const database = connect(file);
      open = { database, newest: newestStatement(database), identity };
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
        const position = newest();
        wakeUp.now();
        return position;
      } catch (error) {
        throw feedErrorOf(error);
      }
    },
    renewHistory: async (known, signal) => {
      signal.throwIfAborted();
      try {
        const database = connect(file);
        try {
          database
            .prepare('UPDATE history SET history_id = lower(hex(randomblob(16))) WHERE id = 1 AND history_id = ?')
            .run(historyPointOf(known).historyId);
        } finally {
          database.close();
        }
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
