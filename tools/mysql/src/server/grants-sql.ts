import type { InstanceRecord } from './instance-files.ts';

/** The database that exists, empty, after a first start. */
export const databaseName = 'finance';

/**
 * The statements that give the private server its user, its database and a root password. Running them again repairs
 * what was lost and changes nothing else; they stay out of the binlog. ALL on *.* includes creating databases,
 * PROCESS, REPLICATION SLAVE and REPLICATION CLIENT; GRANT OPTION lets tests make users with fewer rights.
 */
export function grantStatements({ user, password, rootPassword }: InstanceRecord): string[] {
  return [
    'SET SESSION sql_log_bin = 0',
    `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}'`,
    `ALTER USER '${user}'@'%' IDENTIFIED BY '${password}'`,
    `GRANT ALL PRIVILEGES ON *.* TO '${user}'@'%' WITH GRANT OPTION`,
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${rootPassword}'`,
    // Statements of an init file do not see the server's default collation.
    `CREATE DATABASE IF NOT EXISTS ${databaseName} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  ];
}
