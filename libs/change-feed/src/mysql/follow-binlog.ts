import { setTimeout as delay } from 'node:timers/promises';
import type { FollowOptions, TransactionBatch } from '../change-feed.ts';
import { ChangeFeedError } from '../change-feed-error.ts';
import { historyPointOf, positionText } from '@finance/schema';
import { untilAborted } from '../until-aborted.ts';
import { GtidSet } from '../position/gtid-set.ts';
import type { RowMaker } from '../rows/row-maker.ts';
import { openBinlogStream, type BinlogStream } from './binlog-stream.ts';
import { connect, drop, feedErrorOf } from './connection.ts';
import { ownLastOf, verifyServer, type FollowedServer } from './followed-server.ts';
import { FrameReader } from './frame-reader.ts';
import type { NewestPosition } from './newest-position.ts';
import { PublishedSet } from './published-set.ts';
import { serverRefusal } from './server-refusal.ts';
import { readLayouts } from './table-layout.ts';
import { TransactionReader } from './transaction-reader.ts';

/** The first try to come back is at once; a server that restarts takes seconds. */
const pausesMs = [0, 100, 200, 500, 1_000];
/** A server that stays away longer is reported as unavailable. */
const giveUpAfterMs = 30_000;
/** Between two looks whether the address still leads to the same server, and whether that was reset. */
const lookIntervalMs = 1_000;
/** A connection that lasted so long was a good one; one that is lost at the same event each time must not be tried in a busy loop. */
const stableAfterMs = 5_000;

/** Follows the binlog; see ChangeFeed.follow. `make` says what is made of the rows. */
export async function followBinlog<Change>(
  url: string,
  from: string,
  make: RowMaker<Change>,
  newest: NewestPosition,
  onBatch: (batch: TransactionBatch<Change>) => void | Promise<void>,
  { signal, onState }: FollowOptions,
): Promise<void> {
  const { historyId, point } = historyPointOf(from);
  const reached = GtidSet.parse(point);
  let reader: TransactionReader<Change> | undefined;
  const published = new PublishedSet(newest, historyId, signal);
  const open = async (): Promise<Opened<Change>> => {
    // Read once: a change of the tables comes as an event and ends the following.
    const known = reader;
    known?.rollBack();
    const opening = (reader ??= new TransactionReader(await currentLayouts(url), reached, make));
    let server: FollowedServer;
    const stream = await openBinlogStream(url, async (connection) => {
      server = await verifyServer(connection, historyId, reached);
      if (known && !known.canVerify)
        throw new ChangeFeedError('rebuild', 'nobody can tell what has become of the server');
      return opening.reconnected(known ? undefined : await ownLastOf(connection, server.serverUuid, reached));
    });
    return { reader: opening, stream, server: server! };
  };
  let failures = 0;
  let lostSince = Date.now();
  let connectedAt = Infinity;
  const onConnected = (): void => {
    connectedAt = Date.now();
    onState?.({ state: 'connected' });
  };
  while (!signal.aborted) {
    const batches = readBatches(open, published, reached, signal, onConnected);
    try {
      for (;;) {
        const next = await nextOf(batches, signal);
        if ('error' in next) {
          if (signal.aborted) return;
          if (next.error.kind !== 'unavailable') throw next.error;
          if (Date.now() - connectedAt > stableAfterMs) failures = 0;
          connectedAt = Infinity;
          if (failures === 0) lostSince = Date.now();
          else if (Date.now() - lostSince > giveUpAfterMs) throw next.error;
          onState?.({ state: 'reconnecting', error: next.error });
          break;
        }
        if (next.batch === undefined) return;
        const { batch } = next;
        await onBatch(
          batch.position === null ? batch : { ...batch, position: positionText({ historyId, point: batch.position }) },
        );
      }
    } finally {
      const ended = batches.return(undefined).catch(() => undefined);
      // A connection that is just being made may take seconds to fail.
      if (!signal.aborted) await ended;
    }
    const pauseMs = pausesMs[Math.min(failures, pausesMs.length - 1)]!;
    failures += 1;
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

type Batches<Change> = AsyncGenerator<TransactionBatch<Change>, undefined>;
type Next<Change> = { readonly batch: TransactionBatch<Change> | undefined } | { readonly error: ChangeFeedError };

/** Keeps the errors of the connection apart from those of the consumer. */
async function nextOf<Change>(batches: Batches<Change>, signal: AbortSignal): Promise<Next<Change>> {
  try {
    return { batch: (await untilAborted(signal, batches.next())).value };
  } catch (error) {
    return { error: feedErrorOf(error) };
  }
}

/** A binlog connection with whom it leads to and who reads it. */
interface Opened<Change> {
  readonly reader: TransactionReader<Change>;
  readonly stream: BinlogStream;
  readonly server: FollowedServer;
}

/** The batches of one connection, each once the server has published it; ends only when the signal aborts. */
async function* readBatches<Change>(
  open: () => Promise<Opened<Change>>,
  published: PublishedSet,
  reached: GtidSet,
  signal: AbortSignal,
  onConnected: () => void,
): Batches<Change> {
  const { reader, stream, server } = await open();
  const close = (): void => stream.close();
  signal.addEventListener('abort', close, { once: true });
  const handOver = async function* (batches: Iterable<TransactionBatch<Change>>) {
    for (const batch of batches) {
      await published.until(reader.mustBePublished(batch), server);
      yield batch;
      if (batch.position !== null) reader.settle(batch.position);
    }
  };
  const looking = setInterval(() => {
    published.moved(server, reached).then(
      (isMoved) => isMoved && stream.close(new Error('the server was reset, or the address leads to another one')),
      () => undefined,
    );
  }, lookIntervalMs);
  try {
    const frames = new FrameReader((head) => head[0] !== 0 || reader.isWanted(head[5]!, head.readUIntLE(20, 6)));
    let isFirst = true;
    while (!signal.aborted) {
      const chunk = await stream.next();
      if (!chunk) throw new ChangeFeedError('unavailable', 'the server ended the binlog connection');
      for (const packet of frames.read(chunk)) {
        if (packet[0] !== 0) {
          const refusal = serverRefusal(packet);
          // Purged; or reset, which the next connection tells.
          const isMoved = await published.moved(server, reached).catch(() => false);
          throw isMoved ? new ChangeFeedError('unavailable', refusal.message) : refusal;
        }
        yield* handOver(reader.read(packet));
      }
      yield* handOver(reader.take());
      if (isFirst && reader.isVerified) {
        isFirst = false;
        onConnected();
      }
    }
    return undefined;
  } finally {
    clearInterval(looking);
    signal.removeEventListener('abort', close);
    stream.close();
  }
}

async function currentLayouts(url: string): ReturnType<typeof readLayouts> {
  const connection = await connect(url);
  try {
    return await readLayouts(connection);
  } finally {
    drop(connection);
  }
}
