export { callerLeft, untilCallerLeaves } from './caller-left.ts';
export { databaseSetting, replicasSetting, sharedDatabaseSetting } from './database-setting.ts';
export type { Database, Row, SqlSession } from './database.ts';
export { parseDatabaseUrl, workspaceRoot } from './database-url.ts';
export type { DatabaseTarget } from './database-url.ts';
export type { Dialect } from './dialect.ts';
export { distrustUnwatchedTree } from './distrust-unwatched-tree.ts';
export { isDuplicateKey } from './duplicate-key.ts';
export { fullReads, indexCatalog } from './index-catalog.ts';
export type { FullRead } from './index-catalog.ts';
export { createQueryDurations, measureQueries } from './measure-queries.ts';
export { migrationStatements } from './migration-statements.ts';
export { migrate, schemaState } from './migrations.ts';
export type { SchemaState } from './migrations.ts';
export { mysqlPoolDefaults, openMysql } from './mysql/database.ts';
export type { MysqlPoolOptions } from './mysql/database.ts';
export { ensureOrgTriggers } from './mysql/ensure-org-triggers.ts';
export { grantServiceRights } from './mysql/service-grants.ts';
export {
  groupConsistencySql,
  knowsNewest,
  serverStateFrom,
  serverStateSql,
  silenceMaxMs,
} from './mysql/server-state.ts';
export type { ServerIdentity, ServerState } from './mysql/server-state.ts';
export { microsFromMysqlInstant, mysqlInstant, secondsOfDay } from './mysql/instant.ts';
export { connectMysql } from './mysql/session.ts';
export { openDatabase } from './open-database.ts';
export { openCurrentDatabase } from './open-current-database.ts';
export { historyPointOf, positionText } from './position.ts';
export type { HistoryPoint } from './position.ts';
export { makePrivate, sqliteFiles, writePrivately } from './private-files.ts';
export { basisColumns, fundsTouching, personTouchedBy } from './sql/basis-columns.ts';
export type { BasisColumns } from './sql/basis-columns.ts';
export { fundColumns, fundFromRow, fundTable } from './sql/fund-columns.ts';
export { passesFilter } from './sql/fund-filter.ts';
export { isAfter, orderBy, sortColumn, sortParam } from './sql/fund-order.ts';
export { named } from './sql/named.ts';
export type { NamedSql } from './sql/named.ts';
export { orgVersion } from './sql/org-version.ts';
export { isAmong, peopleCountOf } from './sql/people.ts';
export { customerFromRow, customerTable, orderFromRow, orderOwnerFromRow, orderTable } from './sql/record-columns.ts';
export { amountIn, instantIn, integerIn, isAmount, isInstant, isInteger, isText, textIn } from './sql/row-values.ts';
export type { RecordTable } from './sql/row-values.ts';
export { roleFromRow, userColumns, userFromRow, userTable } from './sql/user-columns.ts';
export { visibleInScope } from './sql/visibility.ts';
export { openSqlite } from './sqlite/database.ts';
export { fileIdentity } from './sqlite/file-identity.ts';
export { sqliteOpenSettings } from './sqlite/open-settings.ts';
export { sqlitePositionSql } from './sqlite/position-sql.ts';
export { isOrgTrigger, missingTriggers, triggersQuery, triggerStatements } from './triggers.ts';
