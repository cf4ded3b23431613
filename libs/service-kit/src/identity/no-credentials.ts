import { StartupError } from '../startup-error.ts';
import { allPowerfulCaller } from './caller.ts';
import type { Authenticator } from './authenticator.ts';

const loopback = /^(localhost|::1|127(\.\d{1,3}){3})$/;

/** Everybody may do everything. @throws StartupError unless `host` is reachable from this machine only */
export function withoutCredentials(host: string): Authenticator {
  if (!loopback.test(host)) {
    throw new StartupError(
      `HOST: ${host} is open to other machines, where AUTH_MODE=none would let anybody see every fund: set AUTH_MODE to keys, jwt or mtls, or HOST to 127.0.0.1`,
    );
  }
  const anybody = allPowerfulCaller('anonymous');
  return { authenticate: () => anybody, close: () => undefined };
}
