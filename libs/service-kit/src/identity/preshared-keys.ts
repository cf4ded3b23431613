import { hash, timingSafeEqual } from 'node:crypto';
import { bearerOf, credentialInvalid } from './authenticator.ts';
import type { Authenticator } from './authenticator.ts';
import type { Credential } from './credentials-file.ts';

/** Knows callers by the key they send. The time does not depend on which key, or how much of one, was right. */
export function presharedKeys(credentials: readonly Credential[]): Authenticator {
  const known = credentials.flatMap((caller) => caller.keyHashes.map((keyHash) => ({ keyHash, caller })));
  return {
    authenticate({ authorization }) {
      const presented = hash('sha256', bearerOf(authorization), 'buffer');
      let found: Credential | undefined;
      for (const { keyHash, caller } of known) {
        if (timingSafeEqual(keyHash, presented)) found = caller;
      }
      if (found === undefined) throw credentialInvalid('the key is not known here: ask its issuer for the current one');
      return found;
    },
    close: () => undefined,
  };
}
