import type { AsyncLocalStorage } from 'node:async_hooks';
import type { CallFacts } from '@finance/domain';
import { callerLeft, type Database } from '@finance/schema';
import { nothingAnswered } from '../chain/audit-entry.ts';
import { notePending } from '../log/pending-changes.ts';
import type { CommittedChange } from '../log/take-changes.ts';
import type { Seals } from '../seals/seals.ts';
import type { OwnChanges } from './own-changes.ts';

/** The call that a step runs for. */
export interface CurrentCall {
  readonly facts: CallFacts;
  /** Whether a change of the call is committed, and with it the note that tells so. */
  hasWritten: boolean;
}

/** Finds the call that the code in hand runs for. */
export type CurrentCalls = AsyncLocalStorage<CurrentCall>;

/**
 * The same database, whose every transaction ends with a note for the audit log of the call it runs for: both are
 * committed or neither. A transaction outside a call, or one whose note cannot be written, changes nothing. `onWrite`
 * is told when a note waits for its place in the log.
 */
export function auditedDatabase(
  database: Database,
  options: {
    readonly calls: CurrentCalls;
    readonly changes: OwnChanges;
    readonly seals: Seals;
    readonly nowMicros: () => number;
    readonly onWrite: () => void;
  },
): Database {
  const { calls, changes, seals, nowMicros, onWrite } = options;
  return {
    ...database,
    transaction: async (signal, work) => {
      const call = calls.getStore();
      if (call === undefined) throw new Error('a write outside a recorded call: wrap the service with auditedService');
      changes.admit();
      let note: string | undefined;
      let noted: CommittedChange | undefined;
      try {
        const result = await database.transaction(signal, async (session) => {
          noted = undefined;
          const value = await work(session);
          // The call has ended: nobody would learn what becomes of the note.
          if (signal.aborted) throw callerLeft(signal);
          // Named last, so that what is refused leaves no gap in the numbers.
          note ??= changes.begin();
          const answer = { ...nothingAnswered, outcome: 'OK' };
          const change = { kind: 'write', ...call.facts, ...answer, note, atMicros: nowMicros() } as const;
          noted = { id: await notePending(session, seals, change), change };
          return value;
        });
        if (noted !== undefined) changes.committed(noted);
        call.hasWritten = true;
        onWrite();
        return result;
      } catch (error) {
        // Where the caller has left, the work may go on, and commit.
        if (note !== undefined) changes.failed(note, noted !== undefined || signal.aborted);
        throw error;
      }
    },
  };
}
