import type { Database } from 'better-sqlite3';
import type { TransactionBatch } from '../change-feed.ts';
import { personOf, readUser, type PersonChange } from '../rows/person-change.ts';
import { pointOf, type LogEntry } from './change-log.ts';
import { loggedRows } from './logged-rows.ts';
import type { EntryReading } from './log-reader.ts';

/** Makes of every entry the change that it logs, and a transaction of its own; a user is as in the snapshot. */
export function peopleReading(database: Database): EntryReading<TransactionBatch<PersonChange>> {
  const tables = loggedRows(database);
  const changeOf = ([, code, id, before, after]: LogEntry): PersonChange | undefined => {
    const { table, row } = tables[Number(code) - 1]!;
    const isUser = table.name === 'users';
    if (!isUser && before === after) return undefined;
    const values = isUser && after !== null ? row.get(id) : undefined;
    const persons = { before: before && personOf(before), after: after && personOf(after) };
    return { table: table.removal(id).table, id, ...persons, user: values ? readUser(table.change(values)) : null };
  };
  return {
    entriesMax: 500,
    isOneSnapshot: false,
    batchOf: (entries, position) => {
      const changes: PersonChange[] = [];
      const transactions: { id: string; end: number }[] = [];
      for (const entry of entries) {
        const change = changeOf(entry);
        if (change) transactions.push({ id: pointOf(entry), end: changes.push(change) });
      }
      return { changes, transactions, position };
    },
  };
}
