import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, expect, test } from 'vitest';
import { ensureMysql } from './ensure-mysql.ts';
import { mysqlStatus } from './mysql-status.ts';
import { stopMysql } from './stop-mysql.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-mysql-test-'));
const { MYSQL_URL: _external, ...env } = process.env;
const options = { folder, env, progress: () => {} };
const main = join(import.meta.dirname, 'main.ts');
/** The first start on a machine downloads 60 MB. */
const firstStartMaxMs = 300_000;
const startMaxMs = 60_000;

afterAll(async () => {
  await stopMysql(options);
  rmSync(folder, { recursive: true, force: true });
}, startMaxMs);

/** A socket lets in who has the password. */
function isForOthers(path: string): boolean {
  const found = statSync(path);
  return !found.isSocket() && (found.mode & 0o077) !== 0;
}

async function queryOne(url: string, sql: string): Promise<RowDataPacket> {
  const connection = await createConnection({ uri: url });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows[0] ?? expect.fail('no row');
  } finally {
    await connection.end();
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const connection = await createConnection({ uri: url });
  await connection.query(sql);
  await connection.end();
}

test(
  'two processes that call env at once print one line each, for one and the same server',
  async () => {
    // A half-initialised folder, as a killed first start leaves it, must not stand in the way.
    mkdirSync(join(folder, 'data.draft-1'));
    mkdirSync(join(folder, 'data'));
    const run = () =>
      promisify(execFile)(process.execPath, [main, 'env'], { env: { ...env, FINANCE_MYSQL_DIR: folder } });
    const outputs = await Promise.all([run(), run()]);
    const { url } = await ensureMysql(options);
    for (const { stdout } of outputs) expect(stdout).toBe(`MYSQL_URL=${url}\n`);
    expect(outputs.filter(({ stderr }) => /starting MySQL/.test(stderr))).toHaveLength(1);
    expect(readdirSync(folder).some((name) => name.startsWith('data.draft'))).toBe(false);
    expect(readdirSync(folder).filter((name) => isForOthers(join(folder, name)))).toEqual([]);
    for (const name of ['mysql.ibd', 'binlog.000001'])
      expect(isForOthers(join(folder, 'data', name)), name).toBe(false);
  },
  firstStartMaxMs,
);

test('the server has the settings a change feed and a bulk load need, and an empty database', async () => {
  const { url } = await ensureMysql(options);
  const names = ['gtid_mode', 'enforce_gtid_consistency', 'binlog_row_image', 'log_bin', 'local_infile'];
  const row = await queryOne(url, `SELECT ${names.map((name) => `@@${name} AS ${name}`).join(', ')}`);
  expect({ ...row }).toEqual({
    gtid_mode: 'ON',
    enforce_gtid_consistency: 'ON',
    binlog_row_image: 'FULL',
    log_bin: 1,
    local_infile: 1,
  });
  const count = await queryOne(
    url,
    `SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = 'finance'`,
  );
  expect(count['n']).toBe(0);
  expect(await queryOne(url, 'SELECT @@collation_database AS c')).toMatchObject({ c: 'utf8mb4_bin' });
});

test(
  'a killed server is started again with its committed rows, port and password; an old pid file deceives nobody',
  async () => {
    const { url } = await ensureMysql(options);
    await execute(url, 'CREATE TABLE kept (id INT PRIMARY KEY)');
    await execute(url, 'INSERT INTO kept VALUES (42)');
    const { pid } = await mysqlStatus(options);
    process.kill(pid ?? expect.fail('no pid'), 'SIGKILL');
    writeFileSync(join(folder, 'server.pid'), String(process.pid));
    expect(await mysqlStatus(options)).toMatchObject({ running: false });
    expect((await ensureMysql(options)).url).toBe(url);
    expect(await queryOne(url, 'SELECT id FROM kept')).toMatchObject({ id: 42 });
  },
  startMaxMs,
);

test(
  'the URL it printed, set as MYSQL_URL, is still its own server: stopped and started again',
  { timeout: startMaxMs },
  async () => {
    const { url } = await ensureMysql(options);
    expect(await stopMysql(options)).toBe(true);
    expect(await stopMysql(options)).toBe(false);
    expect(await mysqlStatus(options)).toMatchObject({ running: false });
    expect(await ensureMysql({ ...options, env: { ...env, MYSQL_URL: url } })).toMatchObject({ url });
  },
);

test('a server whose record is lost gets a new password and keeps its rows', { timeout: startMaxMs }, async () => {
  const before = await ensureMysql(options);
  rmSync(join(folder, 'server.json'));
  const after = await ensureMysql(options);
  expect(after.password).not.toBe(before.password);
  expect(await queryOne(after.url, 'SELECT id FROM kept')).toMatchObject({ id: 42 });
});

test(
  'used through MYSQL_URL it answers as that, and no password reaches status or log',
  { timeout: startMaxMs },
  async () => {
    const { url, password } = await ensureMysql(options);
    const elsewhere = { ...options, folder: `${folder}-unused`, env: { ...env, MYSQL_URL: url } };
    expect(await ensureMysql(elsewhere)).toMatchObject({ url, source: 'url' });
    expect(JSON.stringify(await mysqlStatus(elsewhere))).not.toContain(password);
    expect(readFileSync(join(folder, 'mysqld.log'), 'utf8')).not.toContain(password);
    const wrong = { ...elsewhere, env: { ...env, MYSQL_URL: url.replace(password, 'a-wrong-word') } };
    await expect(ensureMysql(wrong)).rejects.toThrow(/as finance failed: Access denied/);
    await expect(ensureMysql(wrong)).rejects.not.toThrow(/a-wrong-word/);
  },
);

test('when no source is possible the error lists each one tried and what to install', async () => {
  const impossible = { ...options, folder: `${folder}-none`, source: 'path' as const, env: { PATH: folder } };
  const error: unknown = await ensureMysql(impossible).catch((reason: unknown) => reason);
  rmSync(impossible.folder, { recursive: true, force: true });
  expect(String(error)).toMatch(/mysqld on the path: .*set MYSQL_URL=.*install/s);
});
