import { StartupError } from '../startup-error.ts';
import type { ServerConfig } from '../server-settings.ts';
import type { Authenticator } from './authenticator.ts';
import { clientCertificates } from './client-certificates.ts';
import { readCredentials } from './credentials-file.ts';
import { jsonWebTokens } from './json-web-tokens.ts';
import type { FileFollower, Followed } from './followed-files.ts';
import { followKeySet, keySetTimes } from './key-set.ts';
import { withoutCredentials } from './no-credentials.ts';
import { presharedKeys } from './preshared-keys.ts';
import type { ServerTls } from './server-tls.ts';

/**
 * The authenticator that the settings describe; it follows their files.
 * @param tls as these settings have it, of the listeners
 * @throws StartupError when they lack something or contradict
 */
export function createAuthenticator(
  config: ServerConfig,
  files: FileFollower,
  tls: Followed<ServerTls> | undefined,
): Authenticator {
  const credentials = () => {
    const file = needed(config, 'AUTH_CREDENTIALS_FILE');
    return files.follow('AUTH_CREDENTIALS_FILE', [file], () => readCredentials(file));
  };
  switch (config.AUTH_MODE) {
    case 'none':
      return withoutCredentials(config.HOST);
    case 'keys':
      return presharedKeys(credentials());
    case 'mtls':
      needed(config, 'TLS_CERT_FILE');
      needed(config, 'TLS_CLIENT_CA_FILE');
      return clientCertificates(credentials(), tls!);
    case 'jwt': {
      const source = needed(config, 'AUTH_JWKS');
      const rules = {
        issuer: needed(config, 'AUTH_JWT_ISSUER'),
        audience: needed(config, 'AUTH_JWT_AUDIENCE'),
        capabilitiesClaim: config.AUTH_JWT_CAPABILITIES_CLAIM,
        userClaim: config.AUTH_JWT_USER_CLAIM,
        types: config.AUTH_JWT_TYPES,
        lifetimeMaxSeconds: config.AUTH_JWT_LIFETIME_MAX_S,
        clockSkewSeconds: config.AUTH_JWT_CLOCK_SKEW_S,
      };
      // After all that can be lacking: it goes on asking.
      return jsonWebTokens(followKeySet(source, keySetTimes, files), rules);
    }
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
