import { hash } from 'node:crypto';
import { DomainError } from '@finance/domain';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { bearerOf, credentialInvalid } from './authenticator.ts';
import type { Authenticator } from './authenticator.ts';
import { capabilities, subjectPattern, userIdPattern } from './caller.ts';
import type { Caller } from './caller.ts';
import type { KeySet } from './key-set.ts';

/** Whose tokens count, and what of them is read. */
export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** The claim that holds capabilities, as an array or parted by spaces. */
  readonly capabilitiesClaim: string;
  /** The claim that holds the user id of `act-as-self`. */
  readonly userClaim: string;
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

/** Clocks of two machines differ; a minute is the most that is honest. */
const clockToleranceSeconds = 30;

/** A checked token is not checked again for this long, so that those of a withdrawn key end soon. */
const trustMs = 60_000;
/** Some 300 bytes each. */
const trustedTokensMax = 10_000;
/** Checks that may wait for keys or for a thread; more are refused, because each is a call that nobody vouches for yet. */
const pendingChecksMax = 256;

interface Trusted {
  readonly caller: Caller;
  readonly untilMs: number;
}

/** Knows callers by signed tokens (RFC 7519) of one issuer. */
export function jsonWebTokens(keySet: KeySet, rules: TokenRules): Authenticator {
  const trusted = new LRUCache<string, Trusted>({ max: trustedTokensMax });
  let pending = 0;
  const check = async (token: string, id: string): Promise<Caller> => {
    const payload = await verify(token, keySet, rules);
    const caller = callerOf(payload, rules);
    const untilMs = Math.min(Date.now() + trustMs, ((payload.exp ?? 0) + clockToleranceSeconds) * 1000);
    trusted.set(id, { caller, untilMs });
    return caller;
  };
  return {
    authenticate({ authorization }) {
      const token = bearerOf(authorization);
      const id = hash('sha256', token, 'base64url');
      const known = trusted.get(id);
      if (known !== undefined && Date.now() < known.untilMs) return known.caller;
      if (pending >= pendingChecksMax) throw new DomainError('OVERLOADED', 'too many tokens wait to be checked: retry');
      pending += 1;
      return check(token, id).finally(() => (pending -= 1));
    },
    close: () => trusted.clear(),
  };
}

async function verify(token: string, keySet: KeySet, rules: TokenRules): Promise<JWTPayload> {
  const options = {
    algorithms,
    issuer: rules.issuer,
    audience: rules.audience,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: clockToleranceSeconds,
  };
  const verifyWith = async (find: JWTVerifyGetKey) => (await jwtVerify(token, find, options)).payload;
  try {
    return await verifyWith(await keySet.current(false)).catch(async (error: unknown) => {
      // The issuer may have begun to use a key since.
      if (error instanceof errors.JWKSNoMatchingKey) return verifyWith(await keySet.current(true));
      throw error;
    });
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw credentialInvalid('the token is not valid here or no longer: get a new one from its issuer', error);
  }
}

function callerOf(payload: JWTPayload, rules: TokenRules): Caller {
  const subject = payload.sub ?? '';
  if (!subjectPattern.test(subject))
    throw credentialInvalid("the token's subject is not 1 to 100 printable characters");
  const granted = payload[rules.capabilitiesClaim];
  const words: unknown[] = typeof granted === 'string' ? granted.split(' ') : Array.isArray(granted) ? granted : [];
  const user = String(payload[rules.userClaim]);
  return {
    subject,
    userId: userIdPattern.test(user) ? BigInt(user) : undefined,
    capabilities: new Set(capabilities.filter((capability) => words.includes(capability))),
  };
}
