import { hash } from 'node:crypto';
import { z } from 'zod';
import { sealBytes } from '../chain/witness.ts';
import type { PublicKey, SigningKey } from './signing-key.ts';

/** A signed statement: the entries `from` to `to` were these. */
export interface Checkpoint {
  readonly from: bigint;
  readonly to: bigint;
  /** The entry hash of `to`, which stands for the whole chain before it. */
  readonly hash: string;
  /** The first {@link sealBytes} bytes of each entry's hash, `from` to `to`: names the entry where a rewrite began. */
  readonly seals: Buffer;
  /** When it was signed, ISO 8601. */
  readonly at: string;
  /** SHA-256 of the file's line before, hex; empty for the first: a line that is taken out is missed. */
  readonly previousLine: string;
}

const contentSchema = z.object({
  version: z.literal(1),
  from: z.string().regex(/^\d{1,19}$/),
  to: z.string().regex(/^\d{1,19}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  seals: z.base64(),
  at: z.iso.datetime(),
  previousLine: z.string().regex(/^([0-9a-f]{64})?$/),
  key: z.string().regex(/^[0-9a-f]{16}$/),
});

/** A checkpoint as a line without its end: `<signature, base64url> <the signed JSON>`. */
export function checkpointLine(checkpoint: Checkpoint, key: SigningKey): string {
  const { from, to, hash, seals, at, previousLine } = checkpoint;
  const content = JSON.stringify({
    version: 1,
    from: String(from),
    to: String(to),
    hash,
    seals: seals.toString('base64'),
    at,
    previousLine,
    key: key.publicKey.id,
  } satisfies z.input<typeof contentSchema>);
  return `${key.sign(content).toString('base64url')} ${content}`;
}

/**
 * The checkpoint of a line that one of the keys signed.
 * @returns a text that says what is wrong with any other line
 */
export function readCheckpointLine(line: string, keys: readonly PublicKey[]): Checkpoint | string {
  const space = line.indexOf(' ');
  const content = line.slice(space + 1);
  const parsed = space > 0 ? parseContent(content) : undefined;
  if (parsed === undefined) return 'is no checkpoint';
  const key = keys.find(({ id }) => id === parsed.key);
  if (key === undefined) return `is signed by the key ${parsed.key}, whose public key was not given`;
  if (!key.verify(content, Buffer.from(line.slice(0, space), 'base64url'))) return 'has a wrong signature';
  const { hash, at, previousLine } = parsed;
  const [from, to, seals] = [BigInt(parsed.from), BigInt(parsed.to), Buffer.from(parsed.seals, 'base64')];
  if (BigInt(seals.length) !== (to - from + 1n) * BigInt(sealBytes)) return 'has a wrong number of seals';
  return { from, to, hash, seals, at, previousLine };
}

/** What the next line's `previousLine` must be. */
export const lineHash = (line: string): string => hash('sha256', line);

function parseContent(content: string): z.output<typeof contentSchema> | undefined {
  try {
    return contentSchema.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}
