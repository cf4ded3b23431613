import { messageOf } from '@finance/private-server';
import { isOwnUrl, parseMysqlUrl, pingExternal } from './external-mysql.ts';
import { instancePaths, readInstanceRecord } from './server/instance-files.ts';
import { runningPid } from './server/mysqld-process.ts';
import { pingServer } from './server/ping.ts';
import { resolveSettings } from './settings.ts';
import type { MysqlOptions } from './settings.ts';

const pingTimeoutMs = 3000;

/** The state of the server `up` would give; fields that are not known are absent. Holds no password. */
export interface MysqlStatus {
  readonly running: boolean;
  readonly source?: string;
  readonly version?: string;
  readonly host?: string;
  readonly port?: number;
  readonly pid?: number;
  readonly uptimeSeconds?: number;
  readonly folder?: string;
  readonly socket?: string;
  readonly log?: string;
  /** Why a server that should answer does not. */
  readonly problem?: string;
}

/** Looks, changes nothing, takes no lock. Throws SetupError only on a malformed MYSQL_URL. */
export async function mysqlStatus(options: MysqlOptions = {}): Promise<MysqlStatus> {
  const settings = resolveSettings(options);
  const paths = instancePaths(settings);
  const record = readInstanceRecord(paths.record);
  const given = settings.env['MYSQL_URL'];
  if (given && !isOwnUrl(given, record)) {
    const address = parseMysqlUrl(given);
    const place = { source: 'url', host: address.host, port: address.port };
    return pingExternal(address).then(
      (greeting) => ({ running: true, ...place, ...greeting }),
      (error: unknown) => ({ running: false, ...place, problem: messageOf(error) }),
    );
  }
  const pid = runningPid(paths);
  const isDocker = record?.source === 'docker';
  const files = isDocker ? {} : { socket: paths.socket, log: paths.log };
  if (!record) return { running: false, folder: settings.folder };
  const known = {
    source: record.source,
    version: record.version,
    host: '127.0.0.1',
    port: record.port,
    ...(pid ? { pid } : {}),
    folder: settings.folder,
    ...files,
  };
  if (!pid && !isDocker) return { running: false, ...known };
  return pingServer({ ...record, host: '127.0.0.1' }, pingTimeoutMs).then(
    (greeting) => ({ running: true, ...known, ...greeting }),
    (error: unknown) => ({ running: false, ...known, problem: messageOf(error) }),
  );
}
