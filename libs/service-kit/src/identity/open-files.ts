import { statSync, type Stats } from 'node:fs';
import type { Logger } from 'pino';
import type { ServerConfig } from '../server-settings.ts';
import { tokenKeyFile } from '../token-key.ts';

/** What other users of the machine may do. */
const readable = 0o077;
const writable = 0o022;

/**
 * Warns of files that other users of this machine can read although they hold secrets or data, or change although they
 * tell who may call.
 * @param dataFiles with what the service serves
 */
export function warnOfOpenFiles(config: Partial<ServerConfig>, dataFiles: readonly string[], log: Logger): void {
  const secret = [config.AUTH_CREDENTIALS_FILE, config.TLS_KEY_FILE, tokenKeyFile, ...dataFiles];
  const trusted = [config.AUTH_JWKS, config.TLS_CERT_FILE, config.TLS_CLIENT_CA_FILE];
  const warn = (files: readonly (string | undefined)[], access: number, message: string) => {
    for (const file of files) {
      const mode = file === undefined ? 0 : openBits(file, access);
      if (mode !== 0) log.warn({ file, mode: mode.toString(8) }, message);
    }
  };
  warn(
    secret,
    readable,
    'other users of this machine can read or change this file: chmod 600 it, owned by this service',
  );
  warn(trusted, writable, 'other users of this machine can change this file, which tells who may call: chmod 644 it');
}

/** The mode of a file that gives others this access; 0 for one that does not, or is none. */
function openBits(file: string, access: number): number {
  const found = statOf(file);
  if (!found?.isFile()) return 0;
  const mode = found.mode & 0o777;
  // So administrators let a service read what it must not change: theirs, with a group that the service is in.
  const isGivenToGroup = found.uid !== process.getuid?.() && process.getgroups?.().includes(found.gid);
  return mode & access & (isGivenToGroup ? ~0o040 : ~0) ? mode : 0;
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}
