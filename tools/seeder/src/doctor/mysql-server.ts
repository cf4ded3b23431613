import type { SqlConnection } from '../database/sql-connection.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const mib = 1024 * 1024;
/** A batch of the bulk load or of temporary-table ids stays below this. */
const packetBytesMin = 4 * mib;

interface SettingRule {
  readonly name: string;
  readonly isGood: (value: string) => boolean;
  readonly why: string;
  readonly advice: string;
}

const oneOf =
  (...values: string[]) =>
  (value: string): boolean =>
    values.includes(value.toUpperCase());

const settingRules: readonly SettingRule[] = [
  {
    name: 'log_bin',
    isGood: oneOf('ON', '1'),
    why: 'the change feed follows the binlog',
    advice: 'start the server with --log-bin',
  },
  {
    name: 'binlog_format',
    isGood: oneOf('ROW'),
    why: 'the change feed needs row images',
    advice: 'SET PERSIST binlog_format = ROW',
  },
  {
    name: 'binlog_row_image',
    isGood: oneOf('FULL'),
    why: 'the change feed needs whole rows',
    advice: 'SET PERSIST binlog_row_image = FULL',
  },
  {
    name: 'gtid_mode',
    isGood: oneOf('ON'),
    why: 'consistency tokens are GTID sets',
    advice: 'start the server with --gtid-mode=ON --enforce-gtid-consistency=ON',
  },
  {
    name: 'sql_mode',
    isGood: (value) => value.includes('STRICT_TRANS_TABLES') || value.includes('STRICT_ALL_TABLES'),
    why: 'other programs could store truncated values',
    advice: 'add STRICT_TRANS_TABLES to sql_mode (our own sessions set it themselves)',
  },
  {
    name: 'transaction_isolation',
    isGood: oneOf('REPEATABLE-READ', 'READ-COMMITTED', 'SERIALIZABLE'),
    why: 'other programs would read uncommitted rows',
    advice: 'SET PERSIST transaction_isolation = "REPEATABLE-READ"',
  },
  {
    name: 'max_allowed_packet',
    isGood: (value) => Number(value) >= packetBytesMin,
    why: 'large batches would be refused',
    advice: `SET PERSIST max_allowed_packet = ${64 * mib}`,
  },
  {
    name: 'local_infile',
    isGood: oneOf('ON', '1'),
    why: 'seeder:run falls back from LOAD DATA to INSERT',
    advice: 'SET PERSIST local_infile = ON',
  },
  {
    name: 'innodb_flush_log_at_trx_commit',
    isGood: oneOf('1'),
    why: 'a crash could lose acknowledged writes',
    advice: 'SET PERSIST innodb_flush_log_at_trx_commit = 1',
  },
];

/** Server, user and settings. The connection stands already. */
export async function checkMysqlServer(connection: SqlConnection): Promise<Finding[]> {
  return [
    await checkVersion(connection),
    ...(await checkGrants(connection)),
    ...(await checkSettings(connection)),
    await checkBufferPool(connection),
    await checkCollations(connection),
  ];
}

async function checkVersion(connection: SqlConnection): Promise<Finding> {
  const [row] = await connection.all('SELECT VERSION() AS version, @@version_comment AS comment');
  const version = String(row!['version']);
  const text = `${version} (${row!['comment']})`;
  if (/mariadb/i.test(text))
    return fail('version', `MariaDB ${version}`, 'use MySQL 8.0 or newer; MariaDB differs in GTIDs and plans');
  return Number.parseInt(version, 10) >= 8 ? ok('version', text) : fail('version', text, 'use MySQL 8.0 or newer');
}

/** Tries what a privilege allows instead of reading GRANTs, which roles and partial revokes make unreliable. */
async function checkGrants(connection: SqlConnection): Promise<Finding[]> {
  const [user] = await connection.all('SELECT CURRENT_USER() AS name');
  const grantTo = String(user!['name'])
    .split('@')
    .map((part) => `'${part}'`)
    .join('@');
  const allowed = async (...alternatives: string[]): Promise<boolean> => {
    for (const sql of alternatives) {
      try {
        await connection.all(sql);
        return true;
      } catch {
        // The next alternative is for servers of another age.
      }
    }
    return false;
  };
  const findings: Finding[] = [];
  const judge = (privilege: string, isAllowed: boolean, level: typeof warn, why: string, on: string): void => {
    findings.push(
      isAllowed
        ? ok('grants', privilege)
        : level('grants', `${privilege} is missing: ${why}`, `GRANT ${privilege} ON ${on} TO ${grantTo}`),
    );
  };
  const [database] = await connection.all('SELECT DATABASE() AS name');
  const here = `\`${database!['name']}\`.*`;
  const temporary =
    (await allowed('CREATE TEMPORARY TABLE seeder_doctor (id INT PRIMARY KEY)')) &&
    (await allowed('DROP TEMPORARY TABLE seeder_doctor'));
  judge('CREATE TEMPORARY TABLES', temporary, fail, 'the temporary-table strategy cannot run', here);
  const written = await allowed('EXPLAIN UPDATE org_state SET version = version + 1 WHERE id = 1');
  const removed = await allowed('EXPLAIN DELETE FROM org_state WHERE id = 0');
  const added = await allowed('EXPLAIN INSERT INTO org_state (id, version) VALUES (0, 0)');
  judge(
    'INSERT, UPDATE, DELETE',
    written && removed && added,
    fail,
    'nothing can be written (or org_state is missing)',
    here,
  );
  judge(
    'REPLICATION CLIENT',
    await allowed('SHOW BINARY LOG STATUS', 'SHOW MASTER STATUS'),
    warn,
    'the change feed cannot find its position',
    '*.*',
  );
  judge(
    'REPLICATION SLAVE',
    await allowed('SHOW REPLICAS', 'SHOW SLAVE HOSTS'),
    warn,
    'the change feed cannot follow the binlog',
    '*.*',
  );
  return findings;
}

async function checkSettings(connection: SqlConnection): Promise<Finding[]> {
  const names = settingRules.map((rule) => `'${rule.name}'`).join(', ');
  const rows = await connection.all(`SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`);
  const values = new Map(rows.map((row) => [String(row['Variable_name']), String(row['Value'])]));
  return settingRules.flatMap(({ name, isGood, why, advice }) => {
    const value = values.get(name);
    // A setting that this release has no more has its only good value.
    if (value === undefined) return [];
    return [isGood(value) ? ok(name, value) : warn(name, `${value || 'empty'}: ${why}`, advice)];
  });
}

async function checkBufferPool(connection: SqlConnection): Promise<Finding> {
  const [row] = await connection.all(
    `SELECT @@innodb_buffer_pool_size AS pool, CAST(COALESCE(SUM(data_length + index_length), 0) AS SIGNED) AS used
     FROM information_schema.tables WHERE table_schema = DATABASE()`,
  );
  const pool = Math.round(Number(row!['pool']) / mib);
  const used = Math.round(Number(row!['used']) / mib);
  const message = `${pool} MiB for ${used} MiB of tables and indexes`;
  return pool >= used
    ? ok('innodb_buffer_pool_size', message)
    : warn(
        'innodb_buffer_pool_size',
        `${message}: reads will wait for the disk`,
        `SET PERSIST innodb_buffer_pool_size = ${used * 2 * mib}`,
      );
}

async function checkCollations(connection: SqlConnection): Promise<Finding> {
  const rows = await connection.all(
    `SELECT CONCAT(table_name, '.', column_name) AS name, collation_name AS collation FROM information_schema.columns
     WHERE table_schema = DATABASE() AND collation_name IS NOT NULL AND collation_name <> 'utf8mb4_bin'
       AND (table_name, column_name) IN (('users','name'), ('users','role'), ('users','department'), ('customers','name'),
         ('financial_funds','currency_code'), ('financial_funds','status'))`,
  );
  if (rows.length === 0) return ok('collation', 'utf8mb4_bin on all string columns');
  const list = rows.map((row) => `${row['name']} (${row['collation']})`).join(', ');
  return fail(
    'collation',
    `not utf8mb4_bin: ${list}`,
    'MODIFY these columns with CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, or filters and sorts differ from the other engines',
  );
}
