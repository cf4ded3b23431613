import { messageOf, SetupError } from '@finance/private-server';
import type { InstanceRecord } from './server/instance-files.ts';
import { versionObjection } from './server/mysql-version.ts';
import { pingServer } from './server/ping.ts';
import type { ServerAddress, ServerGreeting } from './server/ping.ts';

const connectTimeoutMs = 5000;
const defaultPort = 3306;

/** Reads a MYSQL_URL. Throws SetupError, without repeating the text, when it is not a mysql:// address. */
export function parseMysqlUrl(text: string): ServerAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'mysql:' || !url.hostname || !url.username) {
    throw new SetupError('MYSQL_URL must look like mysql://user:password@host:3306/database');
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || defaultPort,
    user: decode(url.username),
    password: decode(url.password),
  };
}

/** Whether a MYSQL_URL is the one this tool printed for its own private server: then it is ours to start and stop. */
export function isOwnUrl(text: string, record: InstanceRecord | undefined): boolean {
  const { host, port, user } = parseMysqlUrl(text);
  return record !== undefined && host === '127.0.0.1' && port === record.port && user === record.user;
}

/** Asks the server of MYSQL_URL. Throws SetupError when it does not answer within 5 s or is not MySQL >= 8.0. */
export async function pingExternal(address: ServerAddress): Promise<ServerGreeting> {
  const place = `${address.host}:${address.port}`;
  let greeting: ServerGreeting;
  try {
    greeting = await pingServer(address, connectTimeoutMs);
  } catch (error) {
    const words = address.password ? messageOf(error).replaceAll(address.password, '***') : messageOf(error);
    throw new SetupError(
      `MYSQL_URL is set, but connecting to ${place} as ${address.user} failed: ${words}. ` +
        'Correct or start that server, or unset MYSQL_URL to have a private one started.',
    );
  }
  const objection = versionObjection(greeting.version);
  if (objection) throw new SetupError(`the server of MYSQL_URL at ${place} cannot be used: ${objection}`);
  return greeting;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
