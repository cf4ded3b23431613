/** Bytes of each entry's hash that a checkpoint keeps: names one entry; the chain's full hash is what proves. */
export const sealBytes = 8;

/** What is known about one entry from outside the log. */
export interface Testimony {
  /** How the entry's hash must begin: all 64 hex digits at a checkpoint, the first 16 between. */
  readonly hashPrefix: string;
  /** Who says so, for messages. */
  readonly source: string;
}

/** Signed checkpoints, kept apart from the log. */
export interface Witness {
  /** The last entry that is vouched for; 0n for none. */
  readonly lastSequence: bigint;
  /** Undefined for entries that are not vouched for. Fast for ascending numbers. */
  testimony(sequence: bigint): Testimony | undefined;
}
