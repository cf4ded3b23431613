import { openConnection } from '../database/sql-connection.ts';
import { describeTarget, type StoredTarget } from '../database/target.ts';
import { describeFailure } from '../database/describe-failure.ts';
import { lockOrg, rebuildOrg, type OrgRebuild } from '../org/rebuild-org.ts';
import { requireCurrent } from '../database/ready-database.ts';
import { withConnection } from '../database/sql-connection.ts';
import { fail, ok, type Finding } from './finding.ts';
import { checkMysqlServer } from './mysql-server.ts';
import { checkOrgRows } from './org-checks.ts';
import { checkRecordRows } from './record-checks.ts';
import { checkSchema } from './schema-checks.ts';
import { checkSqliteFile } from './sqlite-file.ts';
import { checkUnreadableRows } from './unreadable-rows.ts';

/** Everything the doctor finds, in the order of a reading. Changes nothing. */
export async function examine(target: StoredTarget): Promise<Finding[]> {
  let connection;
  try {
    connection = await openConnection(target);
  } catch (error) {
    return [fail('connection', describeFailure(error, target), 'start the database, or correct DATABASE_URL or --url')];
  }
  try {
    const findings = [ok('connection', describeTarget(target))];
    findings.push(
      ...(target.engine === 'mysql' ? await checkMysqlServer(connection) : await checkSqliteFile(connection)),
    );
    const schema = await checkSchema(target, connection);
    findings.push(...schema);
    if (schema[0]!.level === 'ok') {
      findings.push(...(await checkOrgRows(connection)), ...(await checkUnreadableRows(connection)));
      findings.push(...(await checkRecordRows(connection)));
    }
    return findings;
  } finally {
    await connection.close();
  }
}

/**
 * Makes intervals and closure those of `parent_id`, in one transaction that also counts the org's version up.
 * @throws SeederError for a cycle, which only a person can decide about
 */
export async function repair(target: StoredTarget): Promise<OrgRebuild> {
  await requireCurrent(target);
  return withConnection(target, (connection) =>
    connection.transaction(async () => {
      await lockOrg(connection);
      return rebuildOrg(connection, false);
    }),
  );
}
