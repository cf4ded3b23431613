import { BlockList, isIP, isIPv4 } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http2';
import { DomainError } from '@finance/domain';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a host name or address, as HOST has it, means this machine and is reached from nowhere else. */
export function isLoopback(host: string): boolean {
  if (isIP(host) !== 0) return loopback.check(host, isIPv4(host) ? 'ipv4' : 'ipv6');
  return host.toLowerCase() === 'localhost';
}

/** A name or address in brackets where it has colons, and perhaps a port. */
const hostAndPort = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+?)\.?)(?::(\d{1,5}))?$/;

interface Authority {
  readonly isLocal: boolean;
  /** Empty where it is the default. */
  readonly port: string;
}

function authorityOf(text: string): Authority {
  const [whole, address, name, port = ''] = hostAndPort.exec(text) ?? [];
  return { isLocal: whole !== undefined && isLoopback(address ?? name ?? ''), port };
}

const refused = (header: string): DomainError =>
  new DomainError(
    'ORIGIN_REFUSED',
    `without credentials this server answers programs of this machine, not web pages of others: ${header} names another origin; call localhost, or set AUTH_MODE`,
    { header },
  );

/** Callers use few spellings; what an attacker makes up must not fill memory. */
const spellingsMax = 100;

/**
 * Tells the programs of this machine from what web pages of other origins make its browser send. A browser says where a
 * page is from; who names this machine by a foreign name has had it resolved to here (DNS rebinding).
 * @throws DomainError ORIGIN_REFUSED
 */
export function createLocalCheck(): (headers: IncomingHttpHeaders) => void {
  const known = new Map<string, Authority>();
  const read = (text: string): Authority => {
    const before = known.get(text);
    if (before) return before;
    const authority = authorityOf(text);
    if (authority.isLocal && known.size < spellingsMax) known.set(text, authority);
    return authority;
  };
  return (headers) => {
    const { host, origin, ':authority': authority = host } = headers;
    if (authority !== undefined && !read(authority).isLocal) throw refused('Host');
    if (host !== undefined && host !== authority && !read(host).isLocal) throw refused('Host');
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refused('Sec-Fetch-Site');
    // A page of this server, under whichever name of this machine.
    if (origin !== undefined && !isSameOrigin(origin, authority ?? '')) throw refused('Origin');
  };

  function isSameOrigin(origin: string, authority: string): boolean {
    const [, rest] = /^https?:\/\/(.*)$/.exec(origin) ?? [];
    if (rest === undefined) return false;
    const page = read(rest);
    return page.isLocal && page.port === read(authority).port;
  }
}
