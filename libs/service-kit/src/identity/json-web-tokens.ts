import { hash } from 'node:crypto';
import { DomainError } from '@finance/domain';
import { errors, jwtVerify } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { bearerOf, credentialInvalid } from './authenticator.ts';
import type { Authenticator } from './authenticator.ts';
import type { Caller, KnownCaller } from './caller.ts';
import { CredentialLife } from './credential-life.ts';
import type { KeySet } from './key-set.ts';
import { callerOf, exactClaims, type ClaimNames } from './token-claims.ts';
import { assertForCalls, type TokenKindRules } from './token-kind.ts';

/** Whose tokens count, and what of them is read. */
export interface TokenRules extends ClaimNames, TokenKindRules {
  readonly issuer: string;
  readonly audience: string;
}

/** Only signatures with a public key: with HMAC, whoever can check a token could make one. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** A checked token is not checked again for this long, so that those of a withdrawn key end soon. */
const trustMs = 60_000;
/** Some 300 bytes each. */
const trustedTokensMax = 10_000;
/** Checks that may wait for keys or for a thread; more are refused, because each is a call that nobody vouches for yet. */
const pendingChecksMax = 256;

interface Trusted {
  readonly caller: KnownCaller;
  readonly untilMs: number;
}

/**
 * Knows callers by signed tokens (RFC 7519) of one issuer. When its keys change, or
 * are too old, every token is checked again, those of running streams at once.
 */
export function jsonWebTokens(keySet: KeySet, rules: TokenRules): Authenticator {
  const trusted = new LRUCache<string, Trusted>({ max: trustedTokensMax });
  /** Those of running streams, with their tokens. */
  const lives = new Map<CredentialLife, string>();
  let pending = 0;
  /** Of the keys: what was checked with others may count no longer. */
  let generation = 0;
  const check = async (token: string, id: string): Promise<Caller> => {
    const began = generation;
    const { payload, protectedHeader } = await verify(token, keySet, rules);
    if (began !== generation) return check(token, id);
    const claims = exactClaims(token);
    assertForCalls(protectedHeader.typ, claims, payload, rules);
    const endsAtMs = ((payload.exp ?? 0) + rules.clockSkewSeconds) * 1000;
    const known = trusted.get(id)?.caller;
    const caller = known ?? { ...callerOf(claims, rules), life: streamLife(endsAtMs, token) };
    trusted.set(id, { caller, untilMs: Math.min(Date.now() + trustMs, endsAtMs) });
    return caller;
  };
  const checkStream = (life: CredentialLife, token: string): void =>
    void verify(token, keySet, rules).catch(() => life.end());
  keySet.onChange(() => {
    generation += 1;
    trusted.clear();
    for (const [life, token] of lives) checkStream(life, token);
  });
  const streamLife = (endsAtMs: number, token: string): CredentialLife => {
    const began = generation;
    return new CredentialLife(endsAtMs, (life, isWatched) => {
      if (!isWatched) return void lives.delete(life);
      lives.set(life, token);
      // A stream begins when its request is there, which may be later than its credential was looked at.
      if (began !== generation) checkStream(life, token);
    });
  };
  return {
    authenticate({ headers }) {
      const token = bearerOf(headers);
      const id = hash('sha256', token, 'base64url');
      const known = trusted.get(id);
      if (known !== undefined && Date.now() < known.untilMs) return known.caller;
      if (pending >= pendingChecksMax) throw new DomainError('OVERLOADED', 'too many tokens wait to be checked: retry');
      pending += 1;
      return check(token, id).finally(() => (pending -= 1));
    },
    close: () => {
      trusted.clear();
      keySet.close();
    },
  };
}

async function verify(token: string, keySet: KeySet, rules: TokenRules) {
  const options = {
    algorithms,
    issuer: rules.issuer,
    audience: rules.audience,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: rules.clockSkewSeconds,
  };
  const verifyWith = (find: JWTVerifyGetKey) => jwtVerify(token, find, options);
  try {
    return await verifyWith(await keySet.current(false)).catch(async (error: unknown) => {
      // The issuer may have begun to use a key since.
      if (error instanceof errors.JWKSNoMatchingKey) return verifyWith(await keySet.current(true));
      throw error;
    });
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw credentialInvalid('the token is not valid here or no longer: get a new one from its issuer', whyOf(error));
  }
}

/** For the log: the library's own errors carry all claims of the token, and quote its header. */
function whyOf(error: unknown): string {
  if (!(error instanceof errors.JOSEError)) return 'the token cannot be read';
  const isOfClaim = error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired;
  return isOfClaim ? `${error.code}: ${error.claim}` : error.code;
}
