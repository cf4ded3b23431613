import type { AsyncLocalStorage } from 'node:async_hooks';
import type { CallFacts } from '@finance/domain';
import type { Database } from '@finance/schema';
import { notePending } from '../log/pending-changes.ts';

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
  calls: CurrentCalls,
  nowMicros: () => number,
  onWrite: () => void,
): Database {
  return {
    ...database,
    transaction: async (signal, work) => {
      const call = calls.getStore();
      if (call === undefined) throw new Error('a write outside a recorded call: wrap the service with auditedService');
      const result = await database.transaction(signal, async (session) => {
        const value = await work(session);
        await notePending(session, call.facts, nowMicros());
        return value;
      });
      call.hasWritten = true;
      onWrite();
      return result;
    },
  };
}
