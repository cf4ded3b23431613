import { ChangeFeedError } from '../change-feed-error.ts';
import type { TransactionBatch } from '../change-feed.ts';
import type { GtidSet } from '../position/gtid-set.ts';
import type { RowMaker } from '../rows/row-maker.ts';
import { eventCodes, headerBytes } from './event-codes.ts';
import { gtidOf, type Gtid } from './gtid-event.ts';
import { queryMeaning, xaIdentifier } from './query-meaning.ts';
import { RowReader } from './row-reader.ts';
import type { TableLayout } from './table-layout.ts';
import { payloadEvents } from './transaction-payload.ts';

/** Changes that are held before they are handed over: some 2 MB, and a few milliseconds of a consumer. */
export const changesMax = 5_000;
/** Changes of one XA transaction that are held until its end. */
const preparedMax = 500_000;

/** Makes batches of changes out of binlog events. Lives as long as a follower, across connections. */
export class TransactionReader<Change> {
  private readonly database: string;
  private readonly layouts: ReadonlyMap<string, TableLayout>;
  private readonly reached: GtidSet;
  private readonly make: RowMaker<Change>;
  private readonly readers = new Map<number, RowReader<Change>>();
  /** Of whole transactions. */
  private complete: Change[] = [];
  private ends: { readonly id: string; readonly end: number }[] = [];
  private hasMoved = false;
  /** At the end of each event; TCP has its own, so they are passed over. */
  private checksumBytes = 0;
  /** Of the transaction that is being read. */
  private open: Change[] = [];
  private gtid: Gtid | undefined;
  /** Of the XA transaction that is being read. */
  private xaId: string | undefined;
  /** Changes of prepared XA transactions, by identifier. */
  private readonly prepared = new Map<string, Change[]>();

  constructor(database: string, layouts: ReadonlyMap<string, TableLayout>, reached: GtidSet, make: RowMaker<Change>) {
    this.database = database;
    this.make = make;
    this.layouts = layouts;
    this.reached = reached;
  }

  /** Whether a packet must be handed to {@link handle}: all but rows of other tables. */
  isWanted(type: number, tableId: number): boolean {
    const isRows =
      (type >= eventCodes.writeRows && type <= eventCodes.deleteRows) || type === eventCodes.partialUpdateRows;
    return type !== eventCodes.rowsQuery && (!isRows || this.readers.has(tableId));
  }

  /** Forgets a transaction that was cut off, and table ids, which another connection may give to others. */
  reconnected(): void {
    this.open = [];
    this.gtid = undefined;
    this.xaId = undefined;
    this.readers.clear();
    this.checksumBytes = 0;
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
    const events = event[eventTypeAt] === eventCodes.transactionPayload ? payloadEvents(event) : [event];
    for (const each of events) {
      this.handle(each);
      if (this.complete.length + this.open.length >= changesMax) yield* this.take();
    }
  }

  /** What may be handed over: whole transactions, then perhaps a part of a very large one. */
  *take(): Generator<TransactionBatch<Change>> {
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
      yield batch;
    }
  }

  private handle(event: Buffer): void {
    const type = event[eventTypeAt]!;
    switch (type) {
      case eventCodes.writeRows:
      case eventCodes.updateRows:
      case eventCodes.deleteRows:
        this.readers.get(tableIdOf(event))?.read(event, this.open);
        if (this.xaId !== undefined && this.open.length > preparedMax) {
          throw new ChangeFeedError('rebuild', `an XA transaction changed more than ${preparedMax} rows`);
        }
        return;
      case eventCodes.tableMap:
        return this.mapTable(event);
      case eventCodes.xid:
        return this.commit();
      case eventCodes.gtid:
      case eventCodes.gtidTagged:
        this.gtid = gtidOf(event);
        this.xaId = undefined;
        return;
      case eventCodes.query:
        return this.query(event);
      case eventCodes.xaPrepare: {
        const isOnePhase = event[headerBytes] !== 0;
        if (!isOnePhase && this.xaId !== undefined) {
          this.prepared.set(this.xaId, this.open);
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

  private mapTable(event: Buffer): void {
    const schemaAt = headerBytes + 9;
    const schemaEnd = schemaAt + event[schemaAt - 1]!;
    const tableAt = schemaEnd + 2;
    const tableEnd = tableAt + event[tableAt - 1]!;
    const tableId = tableIdOf(event);
    const layout =
      event.toString('utf8', schemaAt, schemaEnd) === this.database
        ? this.layouts.get(event.toString('utf8', tableAt, tableEnd))
        : undefined;
    if (!layout) this.readers.delete(tableId);
    else if (!this.readers.has(tableId)) {
      this.readers.set(tableId, new RowReader(layout, event.subarray(tableEnd + 1), this.make));
    }
  }

  private query(event: Buffer): void {
    const databaseBytes = event[headerBytes + 8]!;
    const databaseAt = headerBytes + 13 + event.readUInt16LE(headerBytes + 11);
    const database = event.toString('utf8', databaseAt, databaseAt + databaseBytes);
    const text = event.toString('utf8', databaseAt + databaseBytes + 1, event.length);
    switch (queryMeaning(text, database, this.database)) {
      case 'begin':
      case 'none':
        return;
      case 'commit':
        return this.commit();
      case 'rollback':
        this.open = [];
        return this.commit();
      case 'xa-start':
        this.xaId = xaIdentifier(text);
        return;
      case 'xa-commit':
        this.open = this.takePrepared(text);
        return this.commit();
      case 'xa-rollback':
        this.prepared.delete(xaIdentifier(text));
        return this.commit();
      case 'partial-rollback':
        throw new ChangeFeedError('rebuild', 'a transaction was undone in part after it was logged');
      case 'touches-us':
        throw new ChangeFeedError('rebuild', `a statement changed our tables as a whole: ${text.slice(0, 60)}`);
    }
  }

  private takePrepared(text: string): Change[] {
    const id = xaIdentifier(text);
    const changes = this.prepared.get(id);
    // It may have been prepared before we began to follow.
    if (!changes) throw new ChangeFeedError('rebuild', 'an XA transaction was committed whose rows were not followed');
    this.prepared.delete(id);
    return changes;
  }

  private commit(): void {
    const hasChanges = this.open.length > 0;
    if (hasChanges) {
      if (this.complete.length === 0) this.complete = this.open;
      else for (const change of this.open) this.complete.push(change);
      this.open = [];
    }
    if (!this.gtid) return;
    if (hasChanges) this.ends.push({ id: textOf(this.gtid), end: this.complete.length });
    this.reached.add(this.gtid.source, this.gtid.number);
    this.gtid = undefined;
    this.hasMoved = true;
  }
}

const textOf = ({ source, number }: Gtid): string => `${source}:${number}`;

const eventTypeAt = 4;
const flagsAt = 17;
const ignorableFlag = 0x80;
const checksumCrc32 = 1;

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
  eventCodes.rowsQuery,
  eventCodes.transactionContext,
  eventCodes.viewChange,
]);

const tableIdOf = (event: Buffer): number => event.readUIntLE(headerBytes, 6);
