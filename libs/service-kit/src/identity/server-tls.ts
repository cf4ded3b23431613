import { constants } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsOptions } from 'node:tls';
import type { ServerConfig } from '../server-settings.ts';
import { StartupError } from '../startup-error.ts';

/**
 * TLS of both listeners, or undefined for none. A client without a certificate gets a connection in mtls mode, too,
 * because health stays open to it; its other calls are refused.
 * @throws StartupError for files that are missing or do not belong together
 */
export function serverTls(config: ServerConfig): TlsOptions | undefined {
  const { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE } = config;
  if (TLS_CERT_FILE === undefined && TLS_KEY_FILE === undefined) return undefined;
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) {
    throw new StartupError('TLS_CERT_FILE and TLS_KEY_FILE: set both, or none for no TLS');
  }
  const options: TlsOptions = {
    cert: pem('TLS_CERT_FILE', TLS_CERT_FILE),
    key: pem('TLS_KEY_FILE', TLS_KEY_FILE),
    minVersion: 'TLSv1.2',
    // Honest handshakes take milliseconds.
    handshakeTimeout: 10_000,
  };
  if (config.AUTH_MODE === 'mtls' && TLS_CLIENT_CA_FILE !== undefined) {
    Object.assign(options, {
      ca: pem('TLS_CLIENT_CA_FILE', TLS_CLIENT_CA_FILE),
      requestCert: true,
      rejectUnauthorized: false,
      // A resumed session would skip the check of the certificate.
      secureOptions: constants.SSL_OP_NO_TICKET,
    });
  }
  try {
    createSecureContext(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw new StartupError(`TLS_CERT_FILE, TLS_KEY_FILE: cannot be used together (${why})`, { cause: error });
  }
  return options;
}

function pem(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StartupError(`${setting}: ${file} cannot be read`, { cause: error });
  }
}
