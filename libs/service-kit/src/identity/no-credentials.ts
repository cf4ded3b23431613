import { StartupError } from '../startup-error.ts';
import { allPowerfulCaller } from './caller.ts';
import type { Authenticator } from './authenticator.ts';
import { createLocalCheck, isLoopback } from './local-callers.ts';

/**
 * Every program of this machine may do everything; what a web page of another origin sends is refused.
 * @throws StartupError unless `host` is reachable from this machine only
 */
export function withoutCredentials(host: string): Authenticator {
  if (!isLoopback(host)) {
    throw new StartupError(
      `HOST: ${host} is open to other machines, where AUTH_MODE=none would let anybody see every fund: set AUTH_MODE to keys, jwt or mtls, or HOST to 127.0.0.1`,
    );
  }
  const anybody = allPowerfulCaller('anonymous');
  const assertLocal = createLocalCheck();
  return {
    authenticate: ({ headers }) => {
      assertLocal(headers);
      return anybody;
    },
    close: () => undefined,
  };
}
