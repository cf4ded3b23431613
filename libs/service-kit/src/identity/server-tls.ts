import { constants, type X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Server, TlsOptions } from 'node:tls';
import type { ServerConfig } from '../server-settings.ts';
import { StartupError } from '../startup-error.ts';
import { authoritiesIn } from './authorities.ts';
import type { FileFollower, Followed } from './followed-files.ts';

/** TLS of the listeners, with the authorities whose client certificates count. */
export interface ServerTls {
  readonly options: TlsOptions;
  readonly authorities: readonly X509Certificate[];
}

/**
 * TLS of the listeners, followed as its files change, or undefined for none. A client without a certificate gets a
 * connection in mtls mode, too, because health stays open to it; its other calls are refused.
 * @throws StartupError for files that are missing or do not belong together
 */
export function serverTls(config: ServerConfig, files: FileFollower): Followed<ServerTls> | undefined {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CLIENT_CA_FILE } = config;
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    throw new StartupError('TLS_CERT_FILE and TLS_KEY_FILE: set both, or none for no TLS');
  }
  const caFile = config.AUTH_MODE === 'mtls' ? TLS_CLIENT_CA_FILE : undefined;
  const settings = ['TLS_CERT_FILE', 'TLS_KEY_FILE', ...(caFile === undefined ? [] : ['TLS_CLIENT_CA_FILE'])];
  const all = [certFile, keyFile, ...(caFile === undefined ? [] : [caFile])];
  return files.follow(settings.join(', '), all, () => readTls(certFile, keyFile, caFile));
}

/** The same server; connections that begin after a change are greeted with the certificate of then. */
export function followingTls<S extends Server>(server: S, tls: Followed<ServerTls>): S {
  tls.onChange(({ options }) => server.setSecureContext(options));
  return server;
}

function readTls(certFile: string, keyFile: string, caFile: string | undefined): ServerTls {
  const ca = caFile === undefined ? undefined : pem('TLS_CLIENT_CA_FILE', caFile);
  const authorities = ca === undefined ? [] : authoritiesIn('TLS_CLIENT_CA_FILE', ca);
  const options: TlsOptions = {
    cert: pem('TLS_CERT_FILE', certFile),
    key: pem('TLS_KEY_FILE', keyFile),
    minVersion: 'TLSv1.2',
    // Honest handshakes take milliseconds.
    handshakeTimeout: 10_000,
    ...(ca !== undefined && {
      ca,
      requestCert: true,
      rejectUnauthorized: false,
      // A resumed session would skip the check of the certificate.
      secureOptions: constants.SSL_OP_NO_TICKET,
    }),
  };
  try {
    createSecureContext(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw new StartupError(`TLS_CERT_FILE, TLS_KEY_FILE: cannot be used together (${why})`, { cause: error });
  }
  return { options, authorities };
}

/** The text of a file. @throws StartupError that names its setting */
function pem(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartupError(`${setting}: ${file} cannot be read`, { cause: error });
  }
}
