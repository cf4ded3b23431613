import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf } from '@finance/private-server';
import type { RedisBinary } from './redis-binary.ts';
import type { RedisLogin } from './redis-process.ts';

/** What is remembered about a folder's server; the file is readable by its owner only. */
export interface InstanceRecord extends RedisLogin {
  readonly source: RedisBinary['source'];
  readonly version: string;
  readonly pid: number;
}

const recordPath = (folder: string): string => join(folder, 'server.json');

/** The lock of starts and stops. */
export const lockPath = (folder: string): string => join(folder, 'lock');

/** The record of the folder's server, or undefined when there is none, it is damaged, or the process has gone. */
export function readRunning(folder: string): InstanceRecord | undefined {
  try {
    const record: InstanceRecord = JSON.parse(readFileSync(recordPath(folder), 'utf8'));
    // Redis shows its address as its title, an unpacked one the loader's arguments.
    const title = commandLineOf(record.pid);
    return title !== undefined && /redis/.test(title) && title.includes(String(record.port)) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the record whole or not at all, mode 0600. */
export function writeRecord(folder: string, record: InstanceRecord): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = recordPath(folder);
  writeFileSync(`${path}.draft`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.draft`, path);
}

/** A password of 128 random bits that needs no quoting in a URL, a shell or a configuration. */
export const randomPassword = (): string => randomBytes(16).toString('hex');

/** As clients take it. */
export const urlOf = ({ port, password }: RedisLogin): string => `redis://:${password}@127.0.0.1:${port}`;
