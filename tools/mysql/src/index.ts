export { ensureMysql } from './ensure-mysql.ts';
export type { RunningMysql } from './ensure-mysql.ts';
export { mysqlStatus } from './mysql-status.ts';
export type { MysqlStatus } from './mysql-status.ts';
export { MysqlSetupError } from './mysql-setup-error.ts';
export type { MysqlOptions, PrivateSourceName, Progress } from './settings.ts';
export { stopMysql } from './stop-mysql.ts';
