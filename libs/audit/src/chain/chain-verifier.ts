import { entryHash, genesis, type AuditEntry, type ChainHead } from './audit-entry.ts';
import type { Seals } from '../seals/seals.ts';
import { NoteNumbers } from './note-numbers.ts';
import type { Witness } from './witness.ts';

/** The first entry that is not as it was written. */
export interface BadEntry {
  readonly sequence: bigint;
  readonly problem: string;
}

/** What a {@link ChainVerifier} is given. */
export interface VerifierOptions {
  readonly witnesses?: readonly Witness[];
  /** An entry that is known to be good, to begin behind; the beginning of the chain by default. */
  readonly head?: ChainHead;
  /** Without them, an entry that somebody added with a right hash passes where no witness vouches for it. */
  readonly seals?: Pick<Seals, 'isSealed'> | undefined;
}

/** Alarms that are kept for messages. */
const alarmsMax = 100;

/**
 * Follows a chain and stops at the first that is bad: altered, missing, swapped, put there by somebody without the key of
 * the seals, or, where a witness vouches for it, rewritten with all that follows. Costs one SHA-256 an entry, another one
 * with seals, and no memory but for a few numbers a process.
 */
export class ChainVerifier {
  readonly #witnesses: readonly Witness[];
  readonly #seals: VerifierOptions['seals'];
  readonly #notes = new NoteNumbers();
  readonly #alarms: string[] = [];
  #head: ChainHead;
  #bad: BadEntry | undefined;

  constructor({ witnesses = [], head = genesis, seals }: VerifierOptions = {}) {
    this.#witnesses = witnesses;
    this.#head = head;
    this.#seals = seals;
  }

  /** What the services themselves found wrong, by their entries; the first hundred. */
  get alarms(): readonly string[] {
    return this.#alarms;
  }

  /**
   * Changes that processes have noted and that have no entry: they failed at their end or are under way, their process
   * died, or their notes were taken out after it had died.
   */
  get changesWithoutEntry(): number {
    return this.#notes.gaps;
  }

  /** The last good entry. */
  get head(): ChainHead {
    return this.#head;
  }

  /** Takes the next entry, in the order of `sequence`. Returns the first bad one as soon as it is known. */
  push(entry: AuditEntry): BadEntry | undefined {
    this.#bad ??= this.#examine(entry);
    if (this.#bad === undefined) this.#head = { sequence: entry.sequence, entryHash: entry.entryHash };
    return this.#bad;
  }

  /** The log has ended here. `stored` is the head that the database keeps beside the log, where it is known. */
  end(stored?: ChainHead): BadEntry | undefined {
    this.#bad ??= this.#examineEnd(stored);
    return this.#bad;
  }

  #examine(entry: AuditEntry): BadEntry | undefined {
    const expected = this.#head.sequence + 1n;
    if (entry.sequence > expected) return bad(expected, `is missing; the next one is entry ${entry.sequence}`);
    if (entry.sequence < expected) return bad(entry.sequence, 'does not belong to the chain');
    const testimonies = this.#witnesses.flatMap((witness) => witness.testimony(expected) ?? []);
    const against = testimonies.find(({ hashPrefix }) => !entry.entryHash.startsWith(hashPrefix));
    if (against !== undefined) return bad(expected, `is not the entry that ${against.source} vouches for; rewritten`);
    if (entryHash(this.#head.entryHash, entry) !== entry.entryHash) {
      const before =
        expected > 1n && testimonies.length === 0 ? `, or entry ${this.#head.sequence} was with its hash` : '';
      return bad(expected, `does not match its hash; it was altered or swapped${before}`);
    }
    if (this.#seals?.isSealed('entry', entry.entryHash, entry.seal) === false) {
      return bad(expected, 'has no seal of the services; it was added or rewritten by somebody else');
    }
    return this.#examineMeaning(entry);
  }

  #examineMeaning({ sequence, kind, note, outcome, resultCount }: AuditEntry): BadEntry | undefined {
    if (kind === 'alarm' && this.#alarms.length < alarmsMax) {
      this.#alarms.push(`entry ${sequence} is an alarm of a service: ${outcome}, rows: ${resultCount}`);
    }
    if (note === '' || this.#notes.add(note)) return undefined;
    return bad(sequence, `tells of the change ${note}, which an entry before it tells of; it was put in again`);
  }

  #examineEnd(stored: ChainHead | undefined): BadEntry | undefined {
    const { sequence, entryHash: hash } = this.#head;
    for (const witness of this.#witnesses) {
      const { lastSequence } = witness;
      if (lastSequence <= sequence) continue;
      const source = witness.testimony(lastSequence)!.source;
      return bad(sequence + 1n, `is missing; the tail was cut, ${source} vouches for entry ${lastSequence}`);
    }
    if (stored === undefined) return undefined;
    if (stored.sequence > sequence) {
      return bad(sequence + 1n, `is missing; the tail was cut, the head is entry ${stored.sequence}`);
    }
    if (stored.sequence < sequence) return bad(stored.sequence + 1n, 'lies behind the head; it was not written by us');
    return stored.entryHash === hash ? undefined : bad(sequence, 'is not the entry that the head tells');
  }
}

const bad = (sequence: bigint, problem: string): BadEntry => ({ sequence, problem: `entry ${sequence} ${problem}` });
