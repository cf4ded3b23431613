import { credentialInvalid } from './authenticator.ts';
import { capabilities, subjectPattern, userIdFrom } from './caller.ts';
import type { Caller } from './caller.ts';

/** Claims by name: whole numbers exactly as written, as bigints; everything else as JSON.parse makes it. */
export type TokenClaims = ReadonlyMap<string, unknown>;

/** Which claims tell who calls. */
export interface ClaimNames {
  /** Holds capabilities, as an array or parted by spaces. */
  readonly capabilitiesClaim: string;
  /** Holds the user id of `act-as-self`, as text or as a whole number. */
  readonly userClaim: string;
}

/**
 * The claims of a token whose signature has been checked. JSON.parse would round numbers above 2^53, which makes one
 * person another, and would take the last of two claims of one name, where the issuer may have meant the first.
 * @throws DomainError CREDENTIAL_INVALID for a name that is there twice
 */
export function exactClaims(token: string): TokenClaims {
  const text = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  const payload = JSON.parse(text, (_key, value: unknown, written?: { readonly source?: string }) =>
    typeof value === 'number' && /^-?\d+$/.test(written?.source ?? '') ? BigInt(written!.source!) : value,
  ) as object;
  const claims = new Map(Object.entries(payload));
  if (claims.size !== claimCount(text)) throw credentialInvalid('the token has two claims of one name');
  return claims;
}

/** How many names stand in the outermost object of valid JSON. */
function claimCount(json: string): number {
  let depth = 0;
  let count = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (token === ':' && depth === 1) count += 1;
  }
  return count;
}

/**
 * Who calls, as the claims tell.
 * @throws DomainError CREDENTIAL_INVALID for a claim of another type than it must have, which nobody may guess about
 */
export function callerOf(claims: TokenClaims, { capabilitiesClaim, userClaim }: ClaimNames): Caller {
  const subject = claims.get('sub');
  if (typeof subject !== 'string' || !subjectPattern.test(subject)) {
    throw credentialInvalid("the token's subject is not text of 1 to 100 printable characters");
  }
  const granted = new Set(wordsOf(claims.get(capabilitiesClaim)));
  return {
    subject,
    userId: userOf(claims.get(userClaim)),
    capabilities: new Set(capabilities.filter((capability) => granted.has(capability))),
  };
}

function wordsOf(claim: unknown): readonly string[] {
  if (claim === undefined) return [];
  if (typeof claim === 'string') return claim.split(' ');
  if (Array.isArray(claim) && claim.every((word) => typeof word === 'string')) return claim;
  throw credentialInvalid("the token's capabilities are neither text nor a list of texts");
}

/** A subject that is no user id, such as a service's, is nobody's; a number is a user id or a mistake. */
function userOf(claim: unknown): bigint | undefined {
  if (claim === undefined) return undefined;
  if (typeof claim === 'string') return userIdFrom(claim);
  const userId = typeof claim === 'bigint' ? userIdFrom(String(claim)) : undefined;
  if (userId === undefined) throw credentialInvalid("the token's user id is neither text nor a whole number above 0");
  return userId;
}
