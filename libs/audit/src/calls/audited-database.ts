import type { AsyncLocalStorage } from 'node:async_hooks';
import type { CallFacts } from '@finance/domain';
import type { Database } from '@finance/schema';
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
      const note = changes.begin();
      let noted: CommittedChange | undefined;
      try {
        const result = await database.transaction(signal, async (session) => {
          noted = undefined;
          const value = await work(session);
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
        changes.failed(note, noted !== undefined);
        throw error;
      }
    },
  };
}
