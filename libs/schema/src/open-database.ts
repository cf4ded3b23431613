import type { Database } from './database.ts';
import type { DatabaseTarget } from './database-url.ts';
import { openMysql, type MysqlPoolOptions } from './mysql/database.ts';
import { openSqlite } from './sqlite/database.ts';

/** Opens a database whose schema is current. Does not connect yet; `ping` does. */
export function openDatabase(target: Exclude<DatabaseTarget, { engine: 'memory' }>, pool?: MysqlPoolOptions): Database {
  return target.engine === 'mysql' ? openMysql(target.url, pool) : openSqlite(target.file);
}
