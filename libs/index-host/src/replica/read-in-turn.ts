import { AskSql } from '@finance/live-index';
import type { Freshness } from '@finance/domain';
import type { IndexReplica, IndexView } from '../live-index-host.ts';

/** How to read. */
export interface InTurn<T> {
  readonly freshness: Freshness;
  /** Undefined: it is the caller's turn. Otherwise resolves when it is. */
  readonly turn: () => Promise<void> | undefined;
  /** Begins at once: what it reads from the view cannot be interrupted. */
  readonly byIndex: (view: IndexView) => Promise<T>;
  /** Where there is no index, or it cannot answer now. */
  readonly otherwise: () => Promise<T>;
}

/** Reads from the index when it is the caller's turn. A state does not wait: after a turn's wait it is asked for anew. */
export async function readInTurn<T>(index: IndexReplica | undefined, how: InTurn<T>): Promise<T> {
  const { freshness, turn, byIndex, otherwise } = how;
  for (;;) {
    const view = await index?.at(freshness);
    if (!view) return otherwise();
    // Nothing may come between the question and the reading: others whose view is there now ask next.
    const wait = turn();
    if (!wait) {
      try {
        return await byIndex(view);
      } catch (error) {
        // Told before anything is read, so that the work can begin anew.
        if (!(error instanceof AskSql)) throw error;
        return otherwise();
      }
    }
    await wait;
  }
}
