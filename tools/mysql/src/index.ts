export { ensureMysql } from './ensure-mysql.ts';
export type { RunningMysql } from './ensure-mysql.ts';
export { mysqlStatus } from './mysql-status.ts';
export type { MysqlStatus } from './mysql-status.ts';
export type { MysqlOptions, PrivateSourceName } from './settings.ts';
export { stopMysql } from './stop-mysql.ts';
