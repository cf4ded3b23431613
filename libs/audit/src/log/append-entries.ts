import { named, type SqlSession } from '@finance/schema';
import { entryHash, nothingAnswered, type AuditEntry, type AuditFacts, type ChainHead } from '../chain/audit-entry.ts';
import type { Seals } from '../seals/seals.ts';
import { insertEntries } from './audit-rows.ts';
import { fitting, insteadOf } from './fitting.ts';
import type { TimedFacts } from './pending-changes.ts';
import { takeChanges, type Alarm, type KnownChanges } from './take-changes.ts';

const namedSql = named('audit/append-entries');

/** Changes that one transaction gives their place: some 10 ms. */
export const changesMaxDefault = 500;

/** How entries are added, and by whom. */
export interface AppendOptions {
  readonly seals: Seals;
  readonly nowMicros: number;
  /** Who tells of what is wrong: a process, by its name and the request id of its start. */
  readonly instance: { readonly caller: string; readonly requestId: string };
  /** What this process knows of its changes; nothing by default. */
  readonly known?: KnownChanges;
  /** The end of the chain when this process last wrote: the log never ends before it. */
  readonly lastHead?: ChainHead | undefined;
  readonly changesMax?: number;
  /** The database refuses these entries: others that say so stand in their place. */
  readonly asRefused?: boolean;
}

/** What {@link appendEntries} did. */
export interface Appended {
  /** The chain's last entry. */
  readonly head: ChainHead;
  /** How many changes got their place. */
  readonly changes: number;
  /** How many rows were not as the services had left them. */
  readonly alarms: number;
  /** Notes of this process that have their place. */
  readonly settled: readonly string[];
  /** Whether more changes may wait. */
  readonly moreWait: boolean;
}

const nothingKnown: KnownChanges = { waiting: [], isExpected: () => undefined };

/**
 * Adds entries to the end of the chain, the changes that wait for their place before `facts`. Must be all that its
 * transaction does: it takes the lock of the chain's head first, which puts all appends in a queue until commit and
 * which nobody else takes. An entry's time is that of its change, or `nowMicros`; that of the entry before where later.
 * Index: primary keys.
 */
export async function appendEntries(
  session: SqlSession,
  facts: readonly AuditFacts[],
  options: AppendOptions,
): Promise<Appended> {
  const { seals, nowMicros, known = nothingKnown, lastHead, changesMax = changesMaxDefault } = options;
  const { dialect } = session;
  const heads = await session.all(
    namedSql`SELECT sequence, recorded_at, entry_hash FROM audit_state WHERE id = 1 ${dialect.forUpdate}`,
  );
  const head = { sequence: heads[0]!['sequence'] as bigint, entryHash: heads[0]!['entry_hash'] as string };
  const { changes, settled, moreWait, ...taken } = await takeChanges(session, seals, known, changesMax);
  const alarms = [...cutOf(head, lastHead), ...taken.alarms];
  const timed: TimedFacts[] = [
    ...alarms.map((alarm) => ({ ...alarmFacts(alarm, options.instance), atMicros: nowMicros })),
    ...changes,
    ...facts.map((each) => ({ ...each, atMicros: nowMicros })),
  ];
  let { sequence, entryHash: previousHash } = head;
  let recordedAtMicros = heads[0]!['recorded_at'] as bigint;
  const entries = timed.map(({ atMicros, ...each }): AuditEntry => {
    sequence += 1n;
    if (BigInt(atMicros) > recordedAtMicros) recordedAtMicros = BigInt(atMicros);
    const stored = options.asRefused === true ? insteadOf(each, 'REFUSED_BY_DATABASE') : fitting(each);
    const entry = { ...stored, note: stored.note ?? '', sequence, recordedAtMicros };
    previousHash = entryHash(previousHash, entry);
    return { ...entry, entryHash: previousHash, seal: seals.seal('entry', previousHash) };
  });
  const alarmCount = alarms.reduce((sum, { count }) => sum + count, 0);
  const newHead = { sequence, entryHash: previousHash };
  const result = { head: newHead, changes: changes.length, alarms: alarmCount, settled, moreWait };
  if (entries.length === 0) return result;
  await session.run(namedSql`${insertEntries(session, entries)}`);
  await session.run(namedSql`UPDATE audit_state SET sequence = ${sequence},
    recorded_at = ${dialect.instantParam(Number(recordedAtMicros))}, entry_hash = ${previousHash} WHERE id = 1`);
  return result;
}

/** What an instance tells about itself. */
export function instanceFacts(
  kind: 'lost' | 'start' | 'stop' | 'alarm',
  { caller, requestId }: AppendOptions['instance'],
): AuditFacts {
  const nobody = { callerAddress: '', rpc: '', viewerUserId: null, argumentsHash: '', outcome: 'OK' };
  return { kind, caller, requestId, ...nobody, ...nothingAnswered };
}

const alarmFacts = ({ outcome, count, hash }: Alarm, instance: AppendOptions['instance']): AuditFacts => ({
  ...instanceFacts('alarm', instance),
  outcome,
  argumentsHash: hash,
  resultCount: BigInt(count),
});

/** Entries that this process has written are gone, or the last one is another. */
function cutOf(head: ChainHead, last: ChainHead | undefined): Alarm[] {
  if (last === undefined || head.sequence > last.sequence) return [];
  if (head.sequence === last.sequence && head.entryHash === last.entryHash) return [];
  return [{ outcome: 'LOG_CUT', count: Number(last.sequence - head.sequence) || 1, hash: last.entryHash }];
}
