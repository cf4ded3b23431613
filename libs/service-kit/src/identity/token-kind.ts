import { credentialInvalid } from './authenticator.ts';
import type { TokenClaims } from './token-claims.ts';

/** Which tokens of the issuer are meant for calls, and for how long. */
export interface TokenKindRules {
  /** Accepted `typ` headers, in lower case; `none` for tokens without one. */
  readonly types: readonly string[];
  /** The most between `iat`, or now where it is missing, and `exp`. */
  readonly lifetimeMaxSeconds: number;
  /** How far the clocks of issuer and server may differ. */
  readonly clockSkewSeconds: number;
}

/** Claims that only tokens with another purpose have: ID tokens, logout and other event tokens. */
const foreignClaims = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'];

/**
 * Makes sure that a token was issued for calls, not to tell a client who logged in, and not for years.
 * @throws DomainError CREDENTIAL_INVALID
 */
export function assertForCalls(
  typ: string | undefined,
  claims: TokenClaims,
  times: { readonly exp?: number; readonly iat?: number },
  { types, lifetimeMaxSeconds, clockSkewSeconds }: TokenKindRules,
): void {
  const type = (typ ?? 'none').toLowerCase().replace(/^application\//, '');
  // Some issuers write the kind among the claims: Keycloak has Bearer, ID, Refresh and others there.
  const kind = claims.get('typ');
  const isBearer = kind === 'Bearer';
  const isForeign = (kind !== undefined && !isBearer) || foreignClaims.some((name) => claims.has(name));
  if (!types.includes(type) || (isForeign && !isBearer && type !== 'at+jwt')) {
    throw credentialInvalid('this is no access token: send the one that the issuer made for this service');
  }
  const nowSeconds = Date.now() / 1000;
  const { exp = Infinity, iat = nowSeconds } = times;
  if (iat > nowSeconds + clockSkewSeconds) throw credentialInvalid('the token says that it was issued in the future');
  if (exp - Math.min(iat, nowSeconds) > lifetimeMaxSeconds + clockSkewSeconds) {
    throw credentialInvalid('the token lives longer than is accepted here: have its issuer make shorter ones');
  }
}
