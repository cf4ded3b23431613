import { named, type SqlSession } from '@finance/schema';
import { entryHash, type AuditEntry, type AuditFacts } from '../chain/audit-entry.ts';
import { fitting, insertEntries } from './audit-rows.ts';
import { takePending, type TimedFacts } from './pending-changes.ts';

const namedSql = named('audit/append-entries');

/** Changes that one transaction gives their place: some 10 ms. */
const pendingMax = 500;

/**
 * Adds entries to the end of the chain, the changes that wait for their place before `facts`. Must be all that its
 * transaction does: it takes the lock of the chain's head first, which puts all appends in a queue until commit and
 * which nobody else takes. An entry's time is that of its change, or `nowMicros`; that of the entry before where later.
 * Index: primary keys.
 * @returns how many changes got their place, whether more may wait, and the number of the chain's last entry
 */
export async function appendEntries(
  session: SqlSession,
  facts: readonly AuditFacts[],
  nowMicros: number,
): Promise<{ readonly changes: number; readonly moreWait: boolean; readonly sequence: bigint }> {
  const { dialect } = session;
  const heads = await session.all(
    namedSql`SELECT sequence, recorded_at, entry_hash FROM audit_state WHERE id = 1 ${dialect.forUpdate}`,
  );
  const changes = await takePending(session, pendingMax);
  const timed: TimedFacts[] = [...changes, ...facts.map((each) => ({ ...each, atMicros: nowMicros }))];
  const head = heads[0]!;
  let sequence = head['sequence'] as bigint;
  let previousHash = head['entry_hash'] as string;
  let recordedAtMicros = head['recorded_at'] as bigint;
  const entries = timed.map(({ atMicros, ...each }): AuditEntry => {
    sequence += 1n;
    if (BigInt(atMicros) > recordedAtMicros) recordedAtMicros = BigInt(atMicros);
    const entry = { ...fitting(each), sequence, recordedAtMicros };
    previousHash = entryHash(previousHash, entry);
    return { ...entry, entryHash: previousHash };
  });
  const result = { changes: changes.length, moreWait: changes.length === pendingMax, sequence };
  if (entries.length === 0) return result;
  await session.run(namedSql`${insertEntries(session, entries)}`);
  await session.run(namedSql`UPDATE audit_state SET sequence = ${sequence},
    recorded_at = ${dialect.instantParam(Number(recordedAtMicros))}, entry_hash = ${previousHash} WHERE id = 1`);
  return result;
}
