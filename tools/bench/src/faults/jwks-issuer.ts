import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Who signs tokens, and tells the key on loopback. */
export interface JwksIssuer {
  readonly url: string;
  /** What a service has to be told, with the key set at another URL. */
  settings(jwksUrl: string): Readonly<Record<string, string>>;
  /** May do everything. */
  readonly token: string;
  /** The same claims, signed by somebody else under the same key id. */
  readonly forgedToken: string;
  close(): void;
}

const issuer = 'https://issuer.test/';
const audience = 'finance';
const keyId = 'bench';
const capabilities = 'act-as-any-viewer write-org write-assignments write-funds read-audit';
/** Longer than any scenario. */
const tokenSeconds = 24 * 3_600;

export async function startJwksIssuer(): Promise<JwksIssuer> {
  const [own, strange] = [newKey(), newKey()];
  const keySet = JSON.stringify({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'ES256' }] });
  const server = createServer((_, response) => response.end(keySet)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    settings: (jwksUrl) => ({
      AUTH_MODE: 'jwt',
      AUTH_JWT_ISSUER: issuer,
      AUTH_JWT_AUDIENCE: audience,
      AUTH_JWKS: jwksUrl,
    }),
    token: tokenOf(own.privateKey),
    forgedToken: tokenOf(strange.privateKey),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

function tokenOf(key: KeyObject): string {
  const encoded = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + tokenSeconds;
  const claims = { iss: issuer, aud: audience, sub: 'bench', exp, scope: capabilities };
  const signed = `${encoded({ alg: 'ES256', kid: keyId })}.${encoded(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}
