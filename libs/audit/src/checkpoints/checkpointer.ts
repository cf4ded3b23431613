import type { Database } from '@finance/schema';
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ChainVerifier } from '../chain/chain-verifier.ts';
import { genesis, type AuditEntry, type ChainHead } from '../chain/audit-entry.ts';
import { sealBytes } from '../chain/witness.ts';
import { readEntries } from '../log/read-entries.ts';
import type { Seals } from '../seals/seals.ts';
import { checkpointLine, lineHash, readCheckpointLine } from './checkpoint.ts';
import type { PublicKey, SigningKey } from './signing-key.ts';

/** Entries that one line vouches for: 11 KB, below what one write takes at once. */
const entriesMax = 1000;

/** The log is not as it was written; the message names the first bad entry. */
export class AuditLogBroken extends Error {
  override readonly name = 'AuditLogBroken';
}

/** Signs what the log holds. */
export interface Checkpointer {
  /**
   * Verifies what was added since the last checkpoint and vouches for it, on disk when this returns.
   * @throws AuditLogBroken: nothing from the bad entry on is ever signed; Error when the file cannot be written
   */
  sign(signal: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * Continues a checkpoint file, or begins one. A file belongs to one process at a time.
 * @throws Error when the file's last checkpoint is not signed by `key`: another key begins another file
 */
export function openCheckpointer(options: {
  readonly database: Database;
  readonly file: string;
  readonly key: SigningKey;
  readonly seals: Seals;
}): Checkpointer {
  const { database, file, key, seals } = options;
  const before = lastCheckpoint(file, key.publicKey);
  let head = before.head;
  let previousLine = before.lineHash;
  const handle = openSync(file, 'a', 0o600);
  let size = fstatSync(handle).size;
  const write = (text: string) => {
    if (fstatSync(handle).size !== size) throw new Error(`${file} was written by another process; give each its own`);
    writeSync(handle, text);
    fsyncSync(handle);
    size += Buffer.byteLength(text);
  };
  if (before.isTorn) write('\n');

  return {
    sign: async (signal) => {
      for (;;) {
        // From the head itself on: that it is still there is part of what is signed.
        const stretch = await database.snapshot(
          signal,
          (session) => readEntries(session, head.sequence - 1n, entriesMax + 1),
          { kind: 'any' },
        );
        const entries = assertFollows(head, stretch, seals);
        const last = entries.at(-1);
        if (last === undefined) return;
        const line = checkpointLine(
          {
            from: entries[0]!.sequence,
            to: last.sequence,
            hash: last.entryHash,
            seals: Buffer.concat(entries.map((entry) => Buffer.from(entry.entryHash, 'hex').subarray(0, sealBytes))),
            at: new Date().toISOString(),
            previousLine,
          },
          key,
        );
        write(`${line}\n`);
        head = last;
        previousLine = lineHash(line);
        if (entries.length < entriesMax) return;
      }
    },
    close: () => closeSync(handle),
  };
}

/** The entries behind the head, which is the first of the stretch unless it is the genesis. */
function assertFollows(head: ChainHead, stretch: readonly AuditEntry[], seals: Seals): readonly AuditEntry[] {
  const hasHead = head.sequence > 0n;
  const isThere = !hasHead || (stretch[0]?.sequence === head.sequence && stretch[0].entryHash === head.entryHash);
  const verifier = new ChainVerifier({ head, seals });
  const entries = hasHead ? stretch.slice(1) : stretch;
  const problem = isThere
    ? entries.map((entry) => verifier.push(entry)).find((bad) => bad !== undefined)?.problem
    : `entry ${head.sequence} is not the one that was signed`;
  if (problem !== undefined) throw new AuditLogBroken(`the audit log is not as it was written: ${problem}`);
  return entries;
}

function lastCheckpoint(file: string, key: PublicKey) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const isTorn = text !== '' && !text.endsWith('\n');
  for (const line of text.split('\n').reverse()) {
    if (line === '') continue;
    const read = readCheckpointLine(line, [key]);
    if (typeof read !== 'string') {
      return { head: { sequence: read.to, entryHash: read.hash }, lineHash: lineHash(line), isTorn };
    }
    if (read !== 'is no checkpoint') throw new Error(`the last line of ${file} ${read}`);
  }
  return { head: genesis, lineHash: '', isTorn };
}
