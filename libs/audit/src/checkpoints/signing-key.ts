import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify, type KeyObject } from 'node:crypto';

/** Bytes of an Ed25519 seed, and of a public key. */
export const keyBytes = 32;

/** RFC 8410: what stands before the 32 bytes in DER. */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Signs checkpoints. */
export interface SigningKey {
  readonly publicKey: PublicKey;
  sign(content: string): Buffer;
}

/** Verifies what one {@link SigningKey} signed. */
export interface PublicKey {
  /** 32 bytes, base64url: what `audit verify --public-key` takes. */
  readonly text: string;
  /** 16 hex digits that tell keys apart. */
  readonly id: string;
  verify(content: string, signature: Buffer): boolean;
}

/** The Ed25519 key of a 32-byte seed. */
export function signingKey(seed: Uint8Array): SigningKey {
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = publicKeyOf(createPublicKey(key));
  return { publicKey, sign: (content) => sign(null, Buffer.from(content), key) };
}

/** A public key from its text. @throws Error for anything that is not 32 bytes as base64url, base64 or hex */
export function parsePublicKey(text: string): PublicKey {
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64url');
  if (bytes.length !== keyBytes) throw new Error(`a public key is ${keyBytes} bytes as base64 or hex, not "${text}"`);
  return publicKeyOf(createPublicKey({ key: Buffer.concat([publicPrefix, bytes]), format: 'der', type: 'spki' }));
}

/** A new seed, base64: a value for AUDIT_SIGNING_KEY. */
export const newSeed = (): string => randomBytes(keyBytes).toString('base64');

function publicKeyOf(key: KeyObject): PublicKey {
  const bytes = key.export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length);
  return {
    text: bytes.toString('base64url'),
    id: createHash('sha256').update(bytes).digest('hex').slice(0, 16),
    verify: (content, signature) => verify(null, Buffer.from(content), key, signature),
  };
}
