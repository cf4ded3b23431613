import { StartupError } from '../startup-error.ts';
import type { ServerConfig } from '../server-settings.ts';
import type { Authenticator } from './authenticator.ts';
import { clientCertificates } from './client-certificates.ts';
import { readCredentials } from './credentials-file.ts';
import { jsonWebTokens } from './json-web-tokens.ts';
import { followKeySet, keySetTimes } from './key-set.ts';
import { withoutCredentials } from './no-credentials.ts';
import { presharedKeys } from './preshared-keys.ts';

/** The authenticator that the settings describe. @throws StartupError when they lack something or contradict */
export function createAuthenticator(config: ServerConfig): Authenticator {
  switch (config.AUTH_MODE) {
    case 'none':
      return withoutCredentials(config.HOST);
    case 'keys':
      return presharedKeys(readCredentials(needed(config, 'AUTH_CREDENTIALS_FILE')));
    case 'mtls':
      needed(config, 'TLS_CERT_FILE');
      needed(config, 'TLS_CLIENT_CA_FILE');
      return clientCertificates(readCredentials(needed(config, 'AUTH_CREDENTIALS_FILE')));
    case 'jwt':
      return jsonWebTokens(followKeySet(needed(config, 'AUTH_JWKS'), keySetTimes), {
        issuer: needed(config, 'AUTH_JWT_ISSUER'),
        audience: needed(config, 'AUTH_JWT_AUDIENCE'),
        capabilitiesClaim: config.AUTH_JWT_CAPABILITIES_CLAIM,
        userClaim: config.AUTH_JWT_USER_CLAIM,
      });
  }
}

type Needed =
  | 'AUTH_CREDENTIALS_FILE'
  | 'AUTH_JWKS'
  | 'AUTH_JWT_ISSUER'
  | 'AUTH_JWT_AUDIENCE'
  | 'TLS_CERT_FILE'
  | 'TLS_CLIENT_CA_FILE';

function needed(config: ServerConfig, name: Needed): string {
  const value = config[name];
  if (value === undefined) throw new StartupError(`${name}: AUTH_MODE=${config.AUTH_MODE} needs it`);
  return value;
}
