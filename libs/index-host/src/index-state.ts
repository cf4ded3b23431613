/** How far the first load has come; `rowsTotal` is an estimate of the database's. */
export interface LoadProgress {
  readonly rowsRead: number;
  readonly rowsTotal: number;
}

/** What the host is at; `serving` means that there is a base to serve from. */
export interface IndexPhase {
  readonly name: 'starting' | 'rebuilding' | 'unavailable' | 'serving';
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  readonly progress?: LoadProgress;
}

/**
 * - starting: the first load; rebuilding: another one, for `reason`
 * - ready: answers
 * - catching-up: has a base and is behind the database, or cannot tell how far behind
 * - unavailable: cannot be built now; tried again by itself
 */
export interface LiveIndexState extends Omit<IndexPhase, 'name'> {
  readonly name: 'starting' | 'rebuilding' | 'unavailable' | 'catching-up' | 'ready';
}
