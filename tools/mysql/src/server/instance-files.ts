import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { MysqlSettings, PrivateSourceName } from '../settings.ts';

/** Linux allows 107 bytes for a socket's path; the server adds `.lock` to it for its own lock file. */
const socketPathMaxBytes = 100;

/** What is remembered about a private server between its starts; the file is readable by its owner only. */
export interface InstanceRecord {
  readonly source: PrivateSourceName;
  readonly version: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly rootPassword: string;
}

/** Paths of everything inside one instance folder. */
export interface InstancePaths {
  readonly record: string;
  readonly lock: string;
  readonly pid: string;
  readonly log: string;
  readonly data: string;
  readonly initSql: string;
  readonly socket: string;
}

/** Paths inside the settings' folder; the socket moves to the system's temporary folder when its path is too long. */
export function instancePaths(settings: MysqlSettings): InstancePaths {
  const inside = (name: string) => join(settings.folder, name);
  const nearSocket = inside('mysqld.sock');
  const fits = Buffer.byteLength(nearSocket) <= socketPathMaxBytes;
  const uid = process.getuid?.() ?? 0;
  return {
    record: inside('server.json'),
    lock: inside('lock'),
    pid: inside('server.pid'),
    log: inside('mysqld.log'),
    data: inside('data'),
    initSql: inside('grants.sql'),
    socket: fits ? nearSocket : join(tmpdir(), `finance-mysql-${uid}`, `${settings.instanceId}.sock`),
  };
}

/** The record of the folder's server, or undefined when there is none or it is damaged. */
export function readInstanceRecord(path: string): InstanceRecord | undefined {
  try {
    const record: InstanceRecord = JSON.parse(readFileSync(path, 'utf8'));
    return record.port > 0 && record.password && record.rootPassword ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the record whole or not at all, mode 0600. */
export function writeInstanceRecord(path: string, record: InstanceRecord): void {
  writeFileSync(`${path}.draft`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.draft`, path);
}

/** Creates the instance folder and the socket's folder, both for their owner only. */
export function createInstanceFolders(settings: MysqlSettings, paths: InstancePaths): void {
  for (const folder of [settings.folder, dirname(paths.socket)]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

/** A password of 128 random bits that needs no quoting in a URL, a shell or SQL. */
export function randomPassword(): string {
  return randomBytes(16).toString('hex');
}
