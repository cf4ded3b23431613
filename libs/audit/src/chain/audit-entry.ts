import { hash } from 'node:crypto';
import type { CallFacts, CallResult } from '@finance/domain';

/**
 * `write`: a committed change, noted in the same transaction. `call`: a call that changed nothing, a read or a refusal.
 * `begin`: the first message of a stream was about to leave; its end is the `call` of the same `requestId`. `lost`:
 * `resultCount` calls are not recorded one by one: the queue was full, or, where `outcome` is the reason of a refusal, so
 * many more calls of the caller were turned away. `start` and `stop`: a process began and ended recording; a
 * start without the stop of the same `requestId` died with what it had not flushed. `alarm`: `resultCount` rows of the log's tables
 * were not as the services had left them; `outcome` says how.
 */
export const auditKinds = ['write', 'call', 'begin', 'lost', 'start', 'stop', 'alarm'] as const;

/** One of {@link auditKinds}. */
export type AuditKind = (typeof auditKinds)[number];

/** What an entry tells; its place in the chain comes with {@link AuditEntry}. */
export interface AuditFacts extends CallFacts, CallResult {
  readonly kind: AuditKind;
  /** Of a change: the name of its note, which is the process and a number. */
  readonly note?: string;
}

/** The result of what answers nothing, or has not yet. */
export const nothingAnswered = { resultCount: null, totalSize: null, strategy: '', position: '' } as const;

/** An entry of the audit log as stored. */
export interface AuditEntry extends Omit<AuditFacts, 'kind' | 'note'> {
  /** From 1, without gaps. */
  readonly sequence: bigint;
  /** Microseconds since 1970 UTC; never before the entry before. */
  readonly recordedAtMicros: bigint;
  /** An {@link AuditKind}, unless somebody altered it. */
  readonly kind: string;
  /** Empty but for changes; no two entries have the same. */
  readonly note: string;
  /** {@link entryHash} of this entry, unless somebody altered either. */
  readonly entryHash: string;
  /** Proves that a service wrote the entry: a seal of its hash. Not part of it. */
  readonly seal: string;
}

/** A place in the chain: the entry with this number and hash. */
export interface ChainHead {
  /** 0 before the first entry. */
  readonly sequence: bigint;
  readonly entryHash: string;
}

/** Where every chain begins. */
export const genesis: ChainHead = { sequence: 0n, entryHash: '0'.repeat(64) };

/**
 * SHA-256, hex, over the hash before and every field of the entry, as a JSON array of strings, so that no two entries
 * read alike. The order of the fields is part of every chain ever written: never change it.
 */
export function entryHash(previousHash: string, entry: Omit<AuditEntry, 'entryHash' | 'seal'>): string {
  const text = JSON.stringify([
    previousHash,
    String(entry.sequence),
    String(entry.recordedAtMicros),
    entry.kind,
    entry.caller,
    entry.callerAddress,
    entry.requestId,
    entry.rpc,
    textOf(entry.viewerUserId),
    entry.argumentsHash,
    entry.outcome,
    textOf(entry.resultCount),
    textOf(entry.totalSize),
    entry.strategy,
    entry.position,
    entry.note,
  ]);
  return hash('sha256', text);
}

const textOf = (value: bigint | null): string | null => (value === null ? null : String(value));
