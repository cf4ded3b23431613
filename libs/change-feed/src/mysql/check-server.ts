import { historyPointOf } from '@finance/schema';
import type { Connection } from 'mysql2';
import { ChangeFeedError } from '../change-feed-error.ts';
import { feedTables } from '../rows/feed-tables.ts';
import { GtidSet } from '../position/gtid-set.ts';
import { openBinlogStream } from './binlog-stream.ts';
import { connect, drop, feedErrorOf, readServerState, textRows } from './connection.ts';
import type { FollowedDatabase } from './followed-database.ts';
import { serverRefusal } from './server-refusal.ts';
import { readLayouts } from './table-layout.ts';

/** What must be set so that every change of every session arrives whole. */
const requirements = [
  { name: 'log_bin', value: 'ON' },
  { name: 'binlog_format', value: 'ROW' },
  { name: 'binlog_row_image', value: 'FULL' },
  { name: 'gtid_mode', value: 'ON' },
  { name: 'binlog_row_value_options', value: '' },
  // Its name before 8.0.26 was log_slave_updates; OFF hides what a replica copies from its source.
  { name: 'log_replica_updates', value: 'ON' },
  { name: 'log_slave_updates', value: 'ON' },
] as const;

/** See ChangeFeed.check. Collects everything that is wrong into one message. */
export async function checkServer(url: string): Promise<void> {
  const connection = await connect(url);
  try {
    const { database } = await readLayouts(connection);
    const problems = [
      ...(await wrongSettings(connection)),
      ...(await missingGrants(connection, database)),
      ...(await hiddenCascades(connection)),
    ];
    if (problems.length > 0) throw new ChangeFeedError('setup', `MySQL cannot be followed: ${problems.join('; ')}`);
    await tryBinlog(url);
  } catch (error) {
    throw feedErrorOf(error);
  } finally {
    drop(connection);
  }
}

async function wrongSettings(connection: Connection): Promise<string[]> {
  const rows = await textRows(
    connection,
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${requirements.map(({ name }) => `'${name}'`).join(', ')})`,
  );
  return rows.flatMap((row) => {
    const { name, value } = requirements.find((each) => each.name === row['Variable_name'])!;
    return row['Value'] === value ? [] : [`${name} is ${row['Value'] || 'empty'}: set it to ${value || "''"}`];
  });
}

/** ER_SPECIFIC_ACCESS_DENIED_ERROR and ER_PARSE_ERROR. */
const accessDenied = 1227;
const parseError = 1064;

async function missingGrants(connection: Connection, database: FollowedDatabase): Promise<string[]> {
  for (const statement of ['SHOW BINARY LOG STATUS', 'SHOW MASTER STATUS']) {
    try {
      const [status] = await textRows(connection, statement);
      const only = (status?.['Binlog_Do_DB'] ?? '').split(',').filter(Boolean);
      const not = (status?.['Binlog_Ignore_DB'] ?? '').split(',').filter(Boolean);
      const isLeftOut =
        not.some((name) => database.isCalled(name)) ||
        (only.length > 0 && !only.some((name) => database.isCalled(name)));
      return isLeftOut ? ['the database is left out of the binlog: see binlog-do-db, binlog-ignore-db'] : [];
    } catch (error) {
      const number = error instanceof Error && 'errno' in error ? error.errno : undefined;
      if (number === accessDenied) return ['GRANT REPLICATION CLIENT ON *.* to the user of DATABASE_URL'];
      if (number !== parseError) throw error;
    }
  }
  return [];
}

/** InnoDB runs cascades of foreign keys by itself, and the binlog does not show them. */
async function hiddenCascades(connection: Connection): Promise<string[]> {
  const [setting] = await textRows(connection, `SHOW GLOBAL VARIABLES LIKE 'innodb_native_foreign_keys'`);
  if (setting?.['Value'] === 'OFF') return [];
  const rows = await textRows(
    connection,
    `SELECT constraint_name AS name, table_name AS of_table FROM information_schema.referential_constraints
     WHERE constraint_schema = DATABASE() AND table_name IN (${feedTables.map(({ name }) => `'${name}'`).join(', ')})
       AND ('CASCADE' IN (delete_rule, update_rule) OR 'SET NULL' IN (delete_rule, update_rule))`,
  );
  return rows.map(
    (row) => `the foreign key ${row['name']} of ${row['of_table']} cascades past the binlog: make it RESTRICT`,
  );
}

/** Reads the binlog's first packet, as a follower would. */
async function tryBinlog(url: string): Promise<void> {
  const stream = await openBinlogStream(url, async (connection) => {
    const { position } = await readServerState(connection);
    return GtidSet.parse(historyPointOf(position).point);
  });
  try {
    const packet = (await stream.next())?.subarray(4);
    if (packet?.[0] !== 0) throw serverRefusal(packet ?? Buffer.from([0xfe]));
  } finally {
    stream.close();
  }
}
