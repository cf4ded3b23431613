import { DomainError } from '@finance/domain';
import { historyPointOf, type Database } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';

/** What a look every few seconds knows, whoever calls. */
export interface DatabaseLook {
  /** False while plain SQL has changed who reports to whom, so that SQL finds people by `parent_id`. */
  readonly isTreeInStep: boolean;
  /** Times that the database was found to have lost what it had shown. */
  readonly historiesLost: number;
  close(): void;
}

export interface DatabaseLookOptions {
  readonly everyMs: number;
  /** The database has lost what it had shown, and has begun another history. */
  readonly onHistoryLost: (lost: { readonly position: string }) => void;
}

const callerGone = (): DomainError => new DomainError('CANCELLED', 'the database is being closed');

/** A database that takes longer is looked at again. */
const timeMaxMs = 5_000;

/**
 * Looks at a database again and again. What it has once shown it must have at the next look, too; where it has not, it was
 * restored, reset, replaced, or failed over with losses, and its history gets another name: so positions of before are
 * refused, also once their numbers are given out again.
 */
export function lookAtDatabase(database: Database, { everyMs, onHistoryLost }: DatabaseLookOptions): DatabaseLook {
  let shown: string | undefined;
  /** Once may be a connection to a server of before. */
  let isInDoubt = false;
  let isTreeInStep = true;
  let historiesLost = 0;
  let isLooking = false;
  const closing = new AbortController();

  const renewHistory = async (signal: AbortSignal, lost: string): Promise<void> => {
    const { historyId } = historyPointOf(lost);
    await database.transaction(signal, (session) =>
      session.run(sql`UPDATE history SET history_id = ${randomUUID()} WHERE id = 1 AND history_id = ${historyId}`),
    );
    historiesLost += 1;
    onHistoryLost({ position: lost });
  };
  const look = async (): Promise<void> => {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeMaxMs)]);
    const hasAll = shown === undefined || (await database.hasReached(signal, shown)) === true;
    if (!hasAll && !isInDoubt) {
      isInDoubt = true;
      return;
    }
    if (!hasAll) await renewHistory(signal, shown!);
    isInDoubt = false;
    await database.snapshot(signal, async (session) => {
      const [row] = await session.all(sql`SELECT tree_in_step FROM org_state WHERE id = 1`);
      isTreeInStep = row?.['tree_in_step'] !== 0n;
      shown = session.position;
    });
  };
  const lookAgain = (): void => {
    if (isLooking) return;
    isLooking = true;
    look()
      // Who calls is told that the database does not answer, or cannot be written.
      .catch(() => undefined)
      .finally(() => (isLooking = false));
  };
  const timer = setInterval(lookAgain, everyMs).unref();
  lookAgain();

  return {
    get isTreeInStep() {
      return isTreeInStep;
    },
    get historiesLost() {
      return historiesLost;
    },
    close: () => {
      clearInterval(timer);
      closing.abort(callerGone());
    },
  };
}
