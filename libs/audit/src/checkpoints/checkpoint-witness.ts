import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { sealBytes, type Witness } from '../chain/witness.ts';
import { lineHash, readCheckpointLine, type Checkpoint } from './checkpoint.ts';
import type { PublicKey } from './signing-key.ts';

/** What a checkpoint file says, and what is wrong with the file itself. */
export interface CheckpointFile {
  readonly witness: Witness;
  readonly checkpointCount: number;
  /** Lines that were altered, removed or signed by nobody known: the file cannot be trusted as it is. */
  readonly problems: readonly string[];
}

/**
 * Reads a checkpoint file. A torn line, which a crash can leave, is passed over as long as the next one follows the one
 * before it. @throws Error when the file cannot be read
 */
export function readCheckpointFile(file: string, keys: readonly PublicKey[]): CheckpointFile {
  const name = basename(file);
  const problems: string[] = [];
  const checkpoints: (Checkpoint & { readonly line: number })[] = [];
  let last: { line: string; to: bigint } = { line: '', to: 0n };
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line === '') continue;
    const place = `${name} line ${index + 1}`;
    const read = readCheckpointLine(line, keys);
    if (typeof read === 'string') {
      const isTorn = read === 'is no checkpoint';
      if (!isTorn) problems.push(`${place} ${read}`);
      continue;
    }
    if (read.previousLine !== (last.line === '' ? '' : lineHash(last.line)) || read.from !== last.to + 1n) {
      problems.push(`${place} does not follow the line before: lines were removed, altered or added`);
    }
    checkpoints.push({ ...read, line: index + 1 });
    last = { line, to: read.to };
  }
  if (checkpoints.length === 0) problems.push(`${name} holds no checkpoint that one of the keys signed`);
  return { witness: witnessOf(name, checkpoints), checkpointCount: checkpoints.length, problems };
}

function witnessOf(name: string, checkpoints: readonly (Checkpoint & { readonly line: number })[]): Witness {
  // Entries are asked for in ascending order, so that the place is found by walking on.
  let place = 0;
  const find = (sequence: bigint) => {
    if ((checkpoints[place]?.from ?? 0n) > sequence) place = 0;
    while ((checkpoints[place]?.to ?? sequence) < sequence) place += 1;
    const found = checkpoints[place];
    return found !== undefined && found.from <= sequence ? found : undefined;
  };
  return {
    lastSequence: checkpoints.at(-1)?.to ?? 0n,
    testimony: (sequence) => {
      const checkpoint = find(sequence);
      if (checkpoint === undefined) return undefined;
      const { from, to, hash, seals, line, at } = checkpoint;
      const start = Number(sequence - from) * sealBytes;
      const hashPrefix = sequence === to ? hash : seals.toString('hex', start, start + sealBytes);
      return { hashPrefix, source: `${name} line ${line} of ${at}` };
    },
  };
}
