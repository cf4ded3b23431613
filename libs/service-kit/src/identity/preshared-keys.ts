import { hash, timingSafeEqual } from 'node:crypto';
import { bearerOf, credentialInvalid } from './authenticator.ts';
import type { Authenticator } from './authenticator.ts';
import { sameRights } from './caller.ts';
import type { KnownCaller } from './caller.ts';
import { CredentialLife } from './credential-life.ts';
import type { Credential } from './credentials-file.ts';
import type { Followed } from './followed-files.ts';

interface KnownKey {
  readonly keyHash: Buffer;
  readonly caller: KnownCaller;
}

/**
 * Knows callers by the key they send. The time does not depend on which key, or how much of one, was right. A key that
 * leaves the file, or gets other rights there, ends what it has begun.
 */
export function presharedKeys(credentials: Followed<readonly Credential[]>): Authenticator {
  let known = keysOf(credentials.current, []);
  credentials.onChange((current) => {
    const before = known;
    known = keysOf(current, before);
    for (const key of before) if (!known.includes(key)) key.caller.life.end();
  });
  return {
    authenticate({ headers }) {
      const presented = hash('sha256', bearerOf(headers), 'buffer');
      let found: KnownCaller | undefined;
      for (const { keyHash, caller } of known) {
        if (timingSafeEqual(keyHash, presented)) found = caller;
      }
      if (found === undefined) throw credentialInvalid('the key is not known here: ask its issuer for the current one');
      return found;
    },
    close: () => undefined,
  };
}

/** Those of before stay what they are where nothing about them has changed. */
function keysOf(credentials: readonly Credential[], before: readonly KnownKey[]): KnownKey[] {
  return credentials.flatMap(({ subject, userId, capabilities, keyHashes }) =>
    keyHashes.map((keyHash) => {
      const caller = { subject, userId, capabilities, life: new CredentialLife() };
      const same = before.find((key) => key.keyHash.equals(keyHash) && sameRights(key.caller, caller));
      return same ?? { keyHash, caller };
    }),
  );
}
