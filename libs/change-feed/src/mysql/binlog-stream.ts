import { randomInt, randomUUID } from 'node:crypto';
import type { Connection } from 'mysql2';
import { ChangeFeedError } from '../change-feed-error.ts';
import type { GtidSet } from '../position/gtid-set.ts';
import { binlogRequest } from './binlog-request.ts';
import { connect, drop, run, socketOf } from './connection.ts';

/** What an idle server sends, so that a dead connection differs from a quiet one. */
const heartbeatMs = 300;
/** Silence after which a connection is dead: several heartbeats, and a pause of a busy server. */
const silenceMaxMs = 1_500;

/** A connection that delivers the binlog. */
export interface BinlogStream {
  /** The next bytes, or undefined when the server ended the connection. @throws ChangeFeedError `unavailable` */
  next(): Promise<Buffer | undefined>;
  /** @param reason for whoever waits for bytes */
  close(reason?: Error): void;
}

/**
 * Asks for all transactions but the known ones, which `begin` tells on the very connection. mysql2 makes the connection and logs in; afterwards the bytes are read
 * here, because only the request by GTIDs can be followed on after anything, and mysql2 does not know it.
 */
export async function openBinlogStream(
  url: string,
  begin: (connection: Connection) => Promise<GtidSet>,
): Promise<BinlogStream> {
  const connection = await connect(url);
  let known: GtidSet;
  try {
    known = await begin(connection);
    const heartbeatNanos = heartbeatMs * 1_000_000;
    // The words changed in 8.0.26. The uuid is what the server tells followers apart by: same uuid, old one thrown out.
    await run(
      connection,
      `SET @source_binlog_checksum = 'CRC32', @master_binlog_checksum = 'CRC32',
      @source_heartbeat_period = ${heartbeatNanos}, @master_heartbeat_period = ${heartbeatNanos},
      @replica_uuid = '${randomUUID()}', @slave_uuid = @replica_uuid`,
    );
  } catch (error) {
    drop(connection);
    throw error;
  }
  const stream = socketOf(connection);
  stream.removeAllListeners('data');
  const chunks = stream.iterator();
  stream.write(binlogRequest(randomInt(2 ** 31, 2 ** 32 - 1), known));

  return {
    next: async () => {
      let isWaiting = true;
      const timer = setTimeout(() => {
        // After a pause of this process the bytes may be there already: let them be read first.
        setImmediate(() => {
          if (isWaiting) stream.destroy(new Error(`nothing came for ${silenceMaxMs} ms`));
        });
      }, silenceMaxMs);
      try {
        const chunk = await chunks.next();
        return chunk.done === true ? undefined : (chunk.value as Buffer);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new ChangeFeedError('unavailable', `the binlog connection was lost: ${message}`, { cause: error });
      } finally {
        isWaiting = false;
        clearTimeout(timer);
      }
    },
    close: (reason) => {
      if (reason) stream.destroy(reason);
      drop(connection);
    },
  };
}
