import type { ScopeEntry } from './scope-entry.ts';

/** A cache that instances share. It may lose, forget or refuse anything at any time; it never rejects and never lies. */
export interface SharedTier {
  get(viewerUserId: bigint, orgVersion: bigint): Promise<ScopeEntry | undefined>;
  set(entry: ScopeEntry): void;
  /** Tells the other instances that the org is at this version. */
  announce(orgVersion: bigint): void;
  /** Faults of the tier so far: refused, lost or late commands, and values that were not ours. */
  readonly errors: number;
  readonly rejected: number;
  close(): Promise<void>;
}
