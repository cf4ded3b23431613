import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, randomFillSync } from 'node:crypto';

/** Seals small secrets (page tokens, consistency tokens) that callers carry and must not read or change. */
export interface Sealer {
  /**
   * base64url text; `purpose` is not in it but must be the same to open it. Never fails; of more than
   * {@link sealedBytesMax} the token is refused when it comes back.
   */
  seal(purpose: string, content: Uint8Array): string;
  /** The content, or undefined for anything that this key did not seal for this purpose, bit for bit. */
  open(purpose: string, token: string): Uint8Array | undefined;
}

/** AES-256. */
export const sealerKeyBytes = 32;

/**
 * The contract's bound on tokens; longer ones are refused before any work is done on them. A consistency token holds the
 * database's position, whose length the database decides: a GTID set of 2,000 servers fits.
 */
export const tokenCharsMax = 256 * 1024;

const version = 1;
const versionByte = Buffer.of(version);
/** 96 bits is GCM's own nonce size; random ones keep a key safe for 2^32 tokens (NIST SP 800-38D, 8.3). */
const nonceBytes = 12;
const noncesAtATime = 256;
const tagBytes = 16;
const headerBytes = 1 + nonceBytes;

/** Content of more bytes does not fit into a token. */
export const sealedBytesMax = Math.floor((tokenCharsMax * 3) / 4) - headerBytes - tagBytes;

/** AES-256-GCM. Without a key a random one is taken: tokens then live as long as the process and are its alone. */
export function createSealer(key: Buffer | undefined): Sealer {
  const secret = key ?? randomBytes(sealerKeyBytes);
  if (secret.length !== sealerKeyBytes) throw new Error(`a sealing key has ${sealerKeyBytes} bytes`);
  // As an object: bytes would be made one at each use.
  const sealingKey = createSecretKey(secret);
  const nextNonce = nonces();
  // Purposes are a few words of our own code.
  const bounds = new Map<string, Buffer>();
  const boundTo = (purpose: string): Buffer => {
    const known = bounds.get(purpose);
    if (known) return known;
    const bound = Buffer.from(`${version}:${purpose}`);
    bounds.set(purpose, bound);
    return bound;
  };
  return {
    seal(purpose, content) {
      const nonce = nextNonce();
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce, { authTagLength: tagBytes });
      cipher.setAAD(boundTo(purpose));
      const sealed = cipher.update(content);
      // Nothing is left over in GCM.
      cipher.final();
      return Buffer.concat([versionByte, nonce, sealed, cipher.getAuthTag()]).toString('base64url');
    },
    open(purpose, token) {
      if (token.length > tokenCharsMax) return undefined;
      const bytes = Buffer.from(token, 'base64url');
      // Decoding is lenient: other spellings of the same bytes are not ours.
      if (bytes.toString('base64url') !== token) return undefined;
      if (bytes.length < headerBytes + tagBytes || bytes[0] !== version) return undefined;
      const nonce = bytes.subarray(1, headerBytes);
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, nonce, { authTagLength: tagBytes });
      decipher.setAAD(boundTo(purpose));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(headerBytes, -tagBytes)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}

/** Random nonces, made many at a time: one by one they cost as much as sealing does. */
function nonces(): () => Buffer {
  const pool = Buffer.alloc(nonceBytes * noncesAtATime);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += nonceBytes;
    return pool.subarray(used - nonceBytes, used);
  };
}
