import type { X509Certificate } from 'node:crypto';
import { credentialInvalid } from './authenticator.ts';
import type { Authenticator, PeerSocket } from './authenticator.ts';
import type { Caller } from './caller.ts';
import type { Credential } from './credentials-file.ts';

interface KnownPeer {
  readonly caller: Caller;
  readonly validFromMs: number;
  readonly validToMs: number;
}

/** Knows callers by a name in the certificate of their connection; looks once a connection, and at its dates always. */
export function clientCertificates(credentials: readonly Credential[]): Authenticator {
  const byName = new Map<string, Caller>(
    credentials.flatMap((caller) => caller.certificateNames.map((name) => [name, caller] as const)),
  );
  const peers = new WeakMap<PeerSocket, KnownPeer>();
  return {
    authenticate({ socket }) {
      const peer = peers.get(socket) ?? knownPeer(socket, byName);
      peers.set(socket, peer);
      const nowMs = Date.now();
      // The handshake has checked them, but a connection can outlive its certificate.
      if (nowMs < peer.validFromMs || nowMs > peer.validToMs) {
        throw credentialInvalid('the client certificate has expired: connect with a current one');
      }
      return peer.caller;
    },
    close: () => undefined,
  };
}

function knownPeer(socket: PeerSocket, byName: ReadonlyMap<string, Caller>): KnownPeer {
  const certificate = socket.authorized === true ? socket.getPeerX509Certificate?.() : undefined;
  if (certificate === undefined) {
    throw credentialInvalid('this server wants a client certificate of an authority that it accepts');
  }
  const callers = new Set(namesIn(certificate).flatMap((name) => byName.get(name) ?? []));
  const [caller] = callers;
  // Two known names would leave open which of them is calling.
  if (caller === undefined || callers.size > 1) {
    throw credentialInvalid('the client certificate has no name, or more than one, that is known here');
  }
  return {
    caller,
    validFromMs: certificate.validFromDate.getTime(),
    validToMs: certificate.validToDate.getTime(),
  };
}

/** Node quotes names that hold a comma or a quote, which could otherwise pass for two; none of ours does. */
function namesIn({ subjectAltName }: X509Certificate): string[] {
  return subjectAltName === undefined || subjectAltName.includes('"') ? [] : subjectAltName.split(', ');
}
