import type { X509Certificate } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http2';
import { DomainError } from '@finance/domain';
import type { Caller } from './caller.ts';

/** What a caller shows before its request is read. */
export interface Presented {
  /** As Node.js reads them, of either protocol. */
  readonly headers: IncomingHttpHeaders;
  /** The connection; one instance a connection. */
  readonly socket: PeerSocket;
}

/** A socket, as far as it tells who the peer is; one without TLS tells nothing. */
export interface PeerSocket {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  /** Whether the peer's certificate leads to an accepted authority. */
  readonly authorized?: boolean;
  getPeerX509Certificate?(): X509Certificate | undefined;
  once?(event: 'close', listener: () => void): unknown;
  destroy?(): unknown;
}

/** `host:port` of the peer. */
export function peerAddress({ remoteAddress = 'unknown', remotePort = 0 }: PeerSocket): string {
  return `${remoteAddress}:${remotePort}`;
}

/**
 * Tells who calls; at once when it can, because every call passes here.
 * @throws DomainError CREDENTIAL_INVALID, ORIGIN_REFUSED, or IDENTITY_UNAVAILABLE when credentials cannot be checked now
 */
export interface Authenticator {
  authenticate(presented: Presented): Caller | Promise<Caller>;
  /** Ends what runs in the background. */
  close(): void;
}

/** Does not tell why: what exactly was wrong would help nobody but an attacker. */
export function credentialInvalid(advice: string, cause?: unknown): DomainError {
  return new DomainError('CREDENTIAL_INVALID', advice, {}, { cause });
}

/** What `authorization: Bearer …` holds. @throws DomainError CREDENTIAL_INVALID when there is none */
export function bearerOf({ authorization }: IncomingHttpHeaders): string {
  // Headers are 16 KiB together; a token near that is a mistake or an attack.
  const token = authorization === undefined || authorization.length > 8 * 1024 ? null : bearer.exec(authorization);
  if (token?.[1] === undefined) {
    throw credentialInvalid('this server wants a credential: send the header "authorization: Bearer <credential>"');
  }
  return token[1];
}

const bearer = /^Bearer +([\x21-\x7e]+)$/i;
