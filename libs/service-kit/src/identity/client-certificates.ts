import type { X509Certificate } from 'node:crypto';
import { leadsTo } from './authorities.ts';
import { credentialInvalid } from './authenticator.ts';
import type { Authenticator, PeerSocket } from './authenticator.ts';
import { sameRights } from './caller.ts';
import type { Caller, KnownCaller } from './caller.ts';
import { CredentialLife } from './credential-life.ts';
import type { Credential } from './credentials-file.ts';
import type { Followed } from './followed-files.ts';
import type { ServerTls } from './server-tls.ts';

interface KnownPeer {
  readonly certificate: X509Certificate;
  readonly caller: KnownCaller;
}

type CallersByName = ReadonlyMap<string, Caller>;

/**
 * Knows callers by a name in the certificate of their connection; looks once a connection, and at its dates always.
 * @param tls with the authorities of now: a connection may have been made under others
 */
export function clientCertificates(
  credentials: Followed<readonly Credential[]>,
  tls: Followed<ServerTls>,
): Authenticator {
  let byName = callersByName(credentials.current);
  const peers = new Map<PeerSocket, KnownPeer>();
  const forget = (socket: PeerSocket): void => {
    peers.get(socket)?.caller.life.end();
    peers.delete(socket);
  };
  credentials.onChange((current) => {
    byName = callersByName(current);
    for (const [socket, { certificate, caller }] of peers) {
      const now = callerOf(certificate, byName);
      if (now === undefined || !sameRights(now, caller)) forget(socket);
    }
  });
  tls.onChange(({ authorities }) => {
    for (const [socket, { certificate }] of peers) {
      if (leadsTo(authorities, certificate)) continue;
      forget(socket);
      socket.destroy?.();
    }
  });
  return {
    authenticate({ socket }) {
      let peer = peers.get(socket);
      if (peer === undefined) {
        peer = knownPeer(socket, tls.current, byName);
        peers.set(socket, peer);
        socket.once?.('close', () => forget(socket));
      }
      const nowMs = Date.now();
      const { validFromDate, validToDate } = peer.certificate;
      // The handshake has checked them, but a connection can outlive its certificate.
      if (nowMs < validFromDate.getTime() || nowMs > validToDate.getTime()) {
        throw credentialInvalid('the client certificate has expired: connect with a current one');
      }
      return peer.caller;
    },
    close: () => undefined,
  };
}

function callersByName(credentials: readonly Credential[]): CallersByName {
  return new Map(credentials.flatMap((caller) => caller.certificateNames.map((name) => [name, caller] as const)));
}

function knownPeer(socket: PeerSocket, { authorities }: ServerTls, byName: CallersByName): KnownPeer {
  const certificate = socket.authorized === true ? socket.getPeerX509Certificate?.() : undefined;
  // The handshake may have been long ago.
  if (certificate === undefined || !leadsTo(authorities, certificate)) {
    throw credentialInvalid('this server wants a client certificate of an authority that it accepts');
  }
  const caller = callerOf(certificate, byName);
  if (caller === undefined) {
    throw credentialInvalid('the client certificate has no name, or more than one, that is known here');
  }
  const { subject, userId, capabilities } = caller;
  const life = new CredentialLife(certificate.validToDate.getTime());
  return { certificate, caller: { subject, userId, capabilities, life } };
}

/** Two known names would leave open which of them is calling. */
function callerOf(certificate: X509Certificate, byName: CallersByName): Caller | undefined {
  const callers = new Set(namesIn(certificate).flatMap((name) => byName.get(name) ?? []));
  const [caller] = callers;
  return callers.size === 1 ? caller : undefined;
}

/** Node quotes names that hold a comma or a quote, which could otherwise pass for two; none of ours does. */
function namesIn({ subjectAltName }: X509Certificate): string[] {
  return subjectAltName === undefined || subjectAltName.includes('"') ? [] : subjectAltName.split(', ');
}
