import { DomainError } from '@finance/domain';
import { SetupError } from '@finance/private-server';
import { SeederError } from '../seeder-error.ts';
import { describeTarget, type StoredTarget } from './target.ts';

const adviceByCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; start the server (npx nx run mysql:up) or correct DATABASE_URL or --url',
  ENOTFOUND: 'the host is unknown; correct DATABASE_URL or --url',
  ETIMEDOUT: 'it does not answer; check host, port and network',
  ER_ACCESS_DENIED_ERROR: 'user or password are wrong; correct DATABASE_URL or --url',
  ER_DBACCESS_DENIED_ERROR: 'the user may not use this database; GRANT it or correct DATABASE_URL or --url',
  ER_BAD_DB_ERROR:
    'the database does not exist; CREATE DATABASE it with CHARACTER SET utf8mb4 COLLATE utf8mb4_bin or correct DATABASE_URL or --url',
  SQLITE_NOTADB: 'the file is not a SQLite database; correct DATABASE_URL or --url',
  SQLITE_CANTOPEN: 'the file cannot be opened; check path and permissions',
  SQLITE_READONLY: 'the file cannot be written; check permissions',
  SQLITE_BUSY: 'another program holds it; stop that first',
  SQLITE_CORRUPT: 'the file is damaged; restore a backup or load anew into another file',
  SQLITE_FULL: 'the disk is full',
};

/** One line about any failure, for the person at the terminal; shows no password. */
export function describeFailure(error: unknown, target?: StoredTarget): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof SeederError || error instanceof SetupError || error instanceof DomainError) return error.message;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const advice = adviceByCode[code] ?? adviceByCode[code.split('_').slice(0, 2).join('_')];
  const where = target ? `${describeTarget(target)}: ` : '';
  const message = (error.message || code).split('\n')[0]!;
  return advice ? `${where}${advice}` : `${where}${message}${code ? ` (${code})` : ''}`;
}
