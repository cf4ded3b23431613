import { StartupError } from '../startup-error.ts';
import { allPowerfulCaller } from './caller.ts';
import type { Caller } from './caller.ts';
import type { Authenticator, PeerSocket } from './authenticator.ts';
import { createLocalCheck, isLoopback } from './local-callers.ts';

/**
 * Every program of this machine may do everything, and limits take those of one address for one caller; what a web page of another origin sends is refused.
 * @throws StartupError unless `host` is reachable from this machine only
 */
export function withoutCredentials(host: string): Authenticator {
  if (!isLoopback(host)) {
    throw new StartupError(
      `HOST: ${host} is open to other machines, where AUTH_MODE=none would let anybody see every fund: set AUTH_MODE to keys, jwt or mtls, or HOST to 127.0.0.1`,
    );
  }
  const anybody = allPowerfulCaller('anonymous');
  const known = new WeakMap<PeerSocket, Caller>();
  const callerOn = (socket: PeerSocket): Caller => {
    let caller = known.get(socket);
    if (caller === undefined) {
      caller = { ...anybody, address: socket.remoteAddress ?? '' };
      known.set(socket, caller);
    }
    return caller;
  };
  const assertLocal = createLocalCheck();
  return {
    authenticate: ({ headers, socket }) => {
      assertLocal(headers);
      return callerOn(socket);
    },
    close: () => undefined,
  };
}
