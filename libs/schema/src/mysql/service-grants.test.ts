import { withPrivateMysql } from '@finance/testkit';
import mysql from 'mysql2/promise';
import { expect, it, onTestFinished } from 'vitest';
import { migrate } from '../migrations.ts';
import { grantServiceRights } from './service-grants.ts';

const { url } = await withPrivateMysql('empty');
const urlOf = (database: string, account?: string): string =>
  Object.assign(new URL(url), { pathname: `/${database}`, ...(account && { username: account, password: 'secret' }) })
    .href;

it.each(['OFF', 'ON'])('rights are on our tables of one database alone, with partial_revokes = %s', async (partial) => {
  const [ours, like, account] = [`app_${partial}`, `appX${partial}`, `service_${partial}`];
  const admin = await mysql.createConnection({ uri: url });
  onTestFinished(() => admin.end());
  const byAdmin = async (...statements: readonly string[]) => {
    for (const statement of statements) await admin.query(statement);
  };
  await byAdmin(
    `SET GLOBAL partial_revokes = ${partial}`,
    `CREATE DATABASE ${ours} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    `CREATE DATABASE ${like}`,
    `CREATE TABLE ${like}.customers (id INT)`,
    `CREATE USER '${account}'@'%' IDENTIFIED BY 'secret'`,
  );
  await migrate({ engine: 'mysql', url: urlOf(ours) });
  // Of another program, in a database that was adopted.
  await byAdmin(`CREATE TABLE ${ours}.payroll (id INT)`);
  await grantServiceRights(urlOf(ours), account);

  const service = await mysql.createConnection({ uri: urlOf(ours, account) });
  onTestFinished(() => service.end());
  await service.query('CREATE TEMPORARY TABLE mine (id INT)');
  await service.query('SELECT * FROM mine, financial_funds, audit_log, __drizzle_migrations');
  await service.query('DELETE FROM financial_funds');
  const denied = [
    'SELECT * FROM payroll',
    'INSERT INTO payroll VALUES (1)',
    'DELETE FROM payroll',
    'DELETE FROM __drizzle_migrations',
    `SELECT * FROM ${like}.customers`,
    `CREATE TEMPORARY TABLE ${like}.mine (id INT)`,
  ];
  for (const statement of denied) await expect(service.query(statement), statement).rejects.toThrow(/denied/);
  await expect(mysql.createConnection({ uri: urlOf(like, account) })).rejects.toThrow(/denied/);
});
