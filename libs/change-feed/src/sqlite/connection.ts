import { inOwnWords } from '@finance/domain';
import { sqliteOpenSettings } from '@finance/schema';
import Sqlite from 'better-sqlite3';
import { ChangeFeedError } from '../change-feed-error.ts';

/** Opens a connection of the feed's own; integers are bigint. @throws ChangeFeedError `unavailable` */
export function connect(file: string): Sqlite.Database {
  try {
    const database = new Sqlite(file, { fileMustExist: true });
    database.defaultSafeIntegers(true);
    database.exec(sqliteOpenSettings);
    return database;
  } catch (error) {
    throw feedErrorOf(error);
  }
}

/** An error of better-sqlite3, or of a row that cannot be read, as one of the feed's. */
export function feedErrorOf(error: unknown): ChangeFeedError {
  if (error instanceof ChangeFeedError) return error;
  const message = inOwnWords(error);
  return error instanceof Sqlite.SqliteError || error instanceof TypeError
    ? new ChangeFeedError('unavailable', `SQLite does not answer: ${message}`, { cause: error })
    : new ChangeFeedError('setup', message, { cause: error });
}
