import { ChangeFeedError } from '../change-feed-error.ts';
import type { TransactionBatch } from '../change-feed.ts';
import { GtidSet } from '../position/gtid-set.ts';
import type { RowMaker } from '../rows/row-maker.ts';
import { eventCodes, headerBytes } from './event-codes.ts';
import { gtidOf, type Gtid } from './gtid-event.ts';
import { queryEventOf } from './query-event.ts';
import { queryMeaning, xaIdentifier } from './query-meaning.ts';
import { RowReaders } from './row-readers.ts';
import type { FollowedDatabase } from './followed-database.ts';
import type { FollowedTables } from './table-layout.ts';
import { payloadEvents } from './transaction-payload.ts';

/** Changes that are held before they are handed over: some 2 MB, and a few milliseconds of a consumer. */
export const changesMax = 5_000;
/** Changes that wait for the witness. */
const unverifiedMax = 10 * changesMax;
/** Changes of XA transactions that are held until their ends. */
const preparedMax = 500_000;

/** Makes batches of changes out of binlog events. Lives as long as a follower, across connections. */
export class TransactionReader<Change> {
  private readonly database: FollowedDatabase;
  private readonly reached: GtidSet;
  private readonly readers: RowReaders<Change>;
  /** Of whole transactions. */
  private complete: Change[] = [];
  private ends: { readonly id: string; readonly end: number }[] = [];
  private hasMoved = false;
  /** At the end of each event; TCP has its own, so they are passed over. */
  private checksumBytes = 0;
  /** Of the transaction that is being read. */
  private open: Change[] = [];
  private gtid: Gtid | undefined;
  /** The last transaction that was read whole. */
  private last: Gtid | undefined;
  /** How far the consumer has come, and the last transaction of that. */
  private settled: { readonly position: string; readonly last: Gtid | undefined };
  /** Known, and to come once more: nothing is handed over before it has shown that the server has the same one. */
  private witness: Pick<Gtid, 'source' | 'number' | 'committedAtMicros'> | undefined;
  /** Of the witness, which is known. */
  private isPassedOver = false;
  /** Between its beginning and its commit: statements within are none by themselves. */
  private isInside = false;
  /** A part of it has been handed over. */
  private isPartlyTaken = false;
  /** Of the XA transaction that is being read. */
  private xaId: string | undefined;
  /** Changes of prepared XA transactions, by identifier. */
  private readonly prepared = new Map<string, Change[]>();
  private preparedCount = 0;

  constructor({ database, layouts }: FollowedTables, reached: GtidSet, make: RowMaker<Change>) {
    this.database = database;
    this.readers = new RowReaders(database, layouts, make);
    this.reached = reached;
    this.settled = { position: String(reached), last: undefined };
  }

  /** The consumer has taken a batch with this position. */
  settle(position: string): void {
    this.settled = { position, last: this.last };
  }

  /** Forgets what the consumer has not taken: it comes again, or nobody ever published it. */
  rollBack(): void {
    const { position, last } = this.settled;
    if (String(this.reached) === position) return;
    if (this.prepared.size > 0) {
      throw new ChangeFeedError('rebuild', 'an XA transaction may have been prepared on a server that is gone');
    }
    this.reached.assign(GtidSet.parse(position));
    this.last = last;
    this.complete = [];
    this.ends = [];
    this.hasMoved = false;
  }

  /** Whether a packet must be handed to {@link handle}: all but rows of other tables. */
  isWanted(type: number, tableId: number): boolean {
    const isRows =
      (type >= eventCodes.writeRows && type <= eventCodes.deleteRows) || type === eventCodes.partialUpdateRows;
    return type !== eventCodes.rowsQuery && (!isRows || this.readers.of(tableId) !== undefined);
  }

  /**
   * Forgets a transaction that was cut off, and table ids, which another connection may give to others.
   * @param witness known to the caller, not by its time, where nothing has been read yet
   * @returns what the server is to be asked for everything behind, the last known transaction once more among it
   */
  reconnected(witness: Pick<Gtid, 'source' | 'number'> | undefined): GtidSet {
    this.begin(undefined);
    this.isPassedOver = false;
    this.readers.clear();
    this.checksumBytes = 0;
    this.witness = this.last ?? (witness && { ...witness, committedAtMicros: undefined });
    return this.witness ? this.reached.without(this.witness.source, this.witness.number) : this.reached;
  }

  /** What must be published before a batch may be handed over: of a part, the whole transaction. */
  mustBePublished({ position }: TransactionBatch<Change>): GtidSet {
    if (position !== null || !this.gtid) return this.reached;
    const all = new GtidSet();
    all.assign(this.reached);
    all.add(this.gtid.source, this.gtid.number);
    return all;
  }

  /** Whether the server has shown that it has the last known transaction. */
  get isVerified(): boolean {
    return this.witness === undefined;
  }

  /** Whether a server can be told from one that gave the last known number to another transaction. */
  get canVerify(): boolean {
    return this.last?.committedAtMicros !== undefined;
  }

  /**
   * Takes the next packet of the stream and gives what must be handed over before the next one.
   * @throws ChangeFeedError `rebuild` or `setup` when the binlog cannot be followed
   */
  *read(packet: Buffer): Generator<TransactionBatch<Change>> {
    if (packet[1 + eventTypeAt] === eventCodes.formatDescription) {
      // The last five bytes are the kind of checksum and, always, one.
      this.checksumBytes = packet.at(-5) === checksumCrc32 ? 4 : 0;
    }
    const event = packet.subarray(1, packet.length - this.checksumBytes);
    const isPayload = event[eventTypeAt] === eventCodes.transactionPayload;
    const events = isPayload ? payloadEvents(event) : [event];
    for (const each of events) {
      // Packets were asked for by their head; the events of a payload come as they are.
      if (isPayload && !this.isWanted(each[eventTypeAt]!, tableIdOf(each))) continue;
      this.handle(each);
      if (this.complete.length + this.open.length >= changesMax) yield* this.take();
    }
  }

  /** What may be handed over: whole transactions, then perhaps a part of a very large one. */
  *take(): Generator<TransactionBatch<Change>> {
    if (this.witness) {
      if (this.complete.length + this.open.length < unverifiedMax) return;
      throw new ChangeFeedError('history', 'the server does not show the last known transaction');
    }
    if (this.hasMoved) {
      const batch = { changes: this.complete, transactions: this.ends, position: this.reached.toString() };
      this.complete = [];
      this.ends = [];
      this.hasMoved = false;
      yield batch;
    }
    if (this.open.length >= changesMax && this.xaId === undefined) {
      const transactions = this.gtid ? [{ id: textOf(this.gtid), end: this.open.length }] : [];
      const batch = { changes: this.open, transactions, position: null };
      this.open = [];
      this.isPartlyTaken = true;
      yield batch;
    }
  }

  private handle(event: Buffer): void {
    const type = event[eventTypeAt]!;
    if (this.isPassedOver && !beginnings.has(type)) return;
    switch (type) {
      case eventCodes.writeRows:
      case eventCodes.updateRows:
      case eventCodes.deleteRows:
      case eventCodes.partialUpdateRows:
        this.readers.of(tableIdOf(event))?.read(event, this.open);
        if (this.xaId !== undefined && this.preparedCount + this.open.length > preparedMax) {
          throw new ChangeFeedError('rebuild', `XA transactions changed more than ${preparedMax} rows`);
        }
        return;
      case eventCodes.tableMap:
        return this.readers.map(tableIdOf(event), event);
      case eventCodes.xid:
        return this.commit();
      case eventCodes.gtid:
      case eventCodes.gtidTagged:
        return this.begin(gtidOf(event));
      case eventCodes.query:
      case eventCodes.executeLoadQuery:
        return this.query(event);
      case eventCodes.xaPrepare: {
        const isOnePhase = event[headerBytes] !== 0;
        if (!isOnePhase && this.xaId !== undefined) {
          this.prepared.set(this.xaId, this.open);
          this.preparedCount += this.open.length;
          this.open = [];
        }
        this.xaId = undefined;
        return this.commit();
      }
      case eventCodes.anonymousGtid:
        throw new ChangeFeedError('setup', 'a transaction has no GTID; set gtid_mode = ON');
      default:
        if (passedOver.has(type) || (event.readUInt16LE(flagsAt) & ignorableFlag) !== 0) return;
        throw new ChangeFeedError('rebuild', `the binlog has an event of type ${type}, which cannot be followed`);
    }
  }

  private begin(gtid: Gtid | undefined): void {
    this.isPassedOver = gtid !== undefined && this.meetsWitness(gtid);
    this.open = [];
    this.gtid = this.isPassedOver ? undefined : gtid;
    this.xaId = undefined;
    this.isInside = false;
    this.isPartlyTaken = false;
  }

  /** @throws ChangeFeedError `history` for another transaction of the same number */
  private meetsWitness(gtid: Gtid): boolean {
    const { witness } = this;
    if (gtid.source !== witness?.source || gtid.number !== witness.number) return false;
    const known = witness.committedAtMicros;
    if (known !== undefined && gtid.committedAtMicros !== known) {
      throw new ChangeFeedError('history', `the server has another transaction ${textOf(gtid)} than was followed`);
    }
    this.witness = undefined;
    this.last = gtid;
    this.settled = { ...this.settled, last: gtid };
    return true;
  }

  private query(event: Buffer): void {
    const query = queryEventOf(event);
    const { text } = query;
    switch (queryMeaning(query, this.database)) {
      case 'begin':
        this.isInside = true;
        return;
      case 'none':
        if (!this.isInside) this.commit();
        return;
      case 'commit':
        return this.commit();
      case 'rollback':
        if (this.isPartlyTaken) throw new ChangeFeedError('rebuild', 'a transaction was undone after it was logged');
        this.open = [];
        return this.commit();
      case 'xa-start':
        this.isInside = true;
        this.xaId = xaIdentifier(text);
        return;
      case 'xa-commit':
        this.open = this.takePrepared(text) ?? unprepared();
        return this.commit();
      case 'xa-rollback':
        this.takePrepared(text);
        return this.commit();
      case 'partial-rollback':
        throw new ChangeFeedError('rebuild', 'a transaction was undone in part after it was logged');
      case 'touches-us':
        throw new ChangeFeedError(
          'rebuild',
          `a statement was logged as text and may have changed our tables: ${text.slice(0, 60)}; keep binlog_format = ROW`,
        );
    }
  }

  private takePrepared(text: string): Change[] | undefined {
    const id = xaIdentifier(text);
    const changes = this.prepared.get(id);
    this.prepared.delete(id);
    this.preparedCount -= changes?.length ?? 0;
    return changes;
  }

  private commit(): void {
    this.isInside = false;
    const hasChanges = this.open.length > 0;
    if (hasChanges) {
      if (this.complete.length === 0) this.complete = this.open;
      else for (const change of this.open) this.complete.push(change);
      this.open = [];
    }
    if (!this.gtid) return;
    if (hasChanges) this.ends.push({ id: textOf(this.gtid), end: this.complete.length });
    this.reached.add(this.gtid.source, this.gtid.number);
    // While the witness is to come, it stays the last.
    if (!this.witness) this.last = this.gtid;
    this.gtid = undefined;
    this.hasMoved = true;
  }
}

/** It may have been prepared before we began to follow. */
function unprepared(): never {
  throw new ChangeFeedError('rebuild', 'an XA transaction was committed whose rows were not followed');
}

const textOf = ({ source, number }: Pick<Gtid, 'source' | 'number'>): string => `${source}:${number}`;

const eventTypeAt = 4;
const flagsAt = 17;
const ignorableFlag = 0x80;
const checksumCrc32 = 1;

/** Events that begin a transaction. */
const beginnings = new Set<number>([eventCodes.gtid, eventCodes.gtidTagged, eventCodes.anonymousGtid]);

/** Events that say nothing about rows. */
const passedOver = new Set<number>([
  eventCodes.formatDescription,
  eventCodes.rotate,
  eventCodes.stop,
  eventCodes.previousGtids,
  eventCodes.heartbeat,
  eventCodes.heartbeatV2,
  eventCodes.intvar,
  eventCodes.rand,
  eventCodes.userVar,
  eventCodes.beginLoadQuery,
  eventCodes.appendBlock,
  eventCodes.rowsQuery,
  eventCodes.transactionContext,
  eventCodes.viewChange,
]);

const tableIdOf = (event: Buffer): number => event.readUIntLE(headerBytes, 6);
