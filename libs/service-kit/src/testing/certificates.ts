import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A certificate of a test with its private key, both PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority of a test. */
export interface TestAuthority extends TestCertificate {
  readonly name: string;
  issue(options: LeafOptions): TestCertificate;
}

/** A name is `DNS:…`, `URI:…` or `IP:127.0.0.1`. */
export interface LeafOptions {
  readonly names: readonly string[];
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

const dayMs = 86_400_000;

/**
 * Makes an authority that signs certificates with ECDSA P-256; X.509 (RFC 5280) written out, to need no program.
 * @param above has signed the authority's own certificate; otherwise itself has
 */
export function createAuthority(name: string, above?: TestAuthority): TestAuthority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = { name, key: pemKey(privateKey) };
  const make = (
    by: Pick<TestAuthority, 'name' | 'key'>,
    subject: string,
    key: KeyObject,
    extensions: Buffer[],
    { validFrom, validTo }: Partial<LeafOptions>,
  ) =>
    certificate({
      issuer: by.name,
      subject,
      key,
      signer: by.key,
      validFrom: validFrom ?? new Date(Date.now() - dayMs),
      validTo: validTo ?? new Date(Date.now() + dayMs),
      extensions,
    });
  return {
    ...own,
    cert: make(above ?? own, name, publicKey, [isAuthority], {}),
    issue(options) {
      const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        cert: make(own, 'leaf', leaf.publicKey, [alternativeNames(options.names)], options),
        key: pemKey(leaf.privateKey),
      };
    },
  };
}

interface Fields {
  readonly issuer: string;
  readonly subject: string;
  readonly key: KeyObject;
  /** PEM. */
  readonly signer: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly extensions: readonly Buffer[];
}

function certificate(fields: Fields): string {
  const serial = randomBytes(8);
  serial[0] = 1;
  const content = der(
    0x30,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, serial),
    ecdsaSha256,
    commonName(fields.issuer),
    der(0x30, time(fields.validFrom), time(fields.validTo)),
    commonName(fields.subject),
    fields.key.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, ...fields.extensions)),
  );
  const signature = sign('sha256', content, fields.signer);
  const whole = der(0x30, content, ecdsaSha256, der(0x03, Buffer.of(0), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** One DER value: tag, length, content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), body]);
}

const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const ecdsaSha256 = der(0x30, oid('2a8648ce3d040302'));
const isAuthority = der(
  0x30,
  oid('551d13'),
  der(0x01, Buffer.of(0xff)),
  der(0x04, der(0x30, der(0x01, Buffer.of(0xff)))),
);

function commonName(name: string): Buffer {
  return der(0x30, der(0x31, der(0x30, oid('550403'), der(0x0c, Buffer.from(name)))));
}

function time(date: Date): Buffer {
  const text = `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
  return der(0x18, Buffer.from(text));
}

const nameTags: Readonly<Record<string, number>> = { DNS: 0x82, URI: 0x86, IP: 0x87 };

function alternativeNames(names: readonly string[]): Buffer {
  const encoded = names.map((name) => {
    const kind = name.slice(0, name.indexOf(':'));
    const value = name.slice(kind.length + 1);
    return der(nameTags[kind] ?? 0x82, kind === 'IP' ? Buffer.from(value.split('.').map(Number)) : Buffer.from(value));
  });
  return der(0x30, oid('551d11'), der(0x04, der(0x30, ...encoded)));
}

function pemKey(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}
