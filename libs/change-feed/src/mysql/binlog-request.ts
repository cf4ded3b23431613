import type { GtidSet } from '../position/gtid-set.ts';

const comBinlogDumpGtid = 0x1e;
/** A GTID set follows, not a place in a file. */
const throughGtids = 0x04;
const firstPlace = 4n;

/** The packet that asks for everything but the given transactions (COM_BINLOG_DUMP_GTID). */
export function binlogRequest(serverId: number, known: GtidSet): Buffer {
  const set = encodeGtids(known);
  const packet = Buffer.alloc(4 + 1 + 2 + 4 + 4 + 8 + 4 + set.length);
  packet.writeUIntLE(packet.length - 4, 0, 3);
  let at = packet.writeUInt8(comBinlogDumpGtid, 4);
  at = packet.writeUInt16LE(throughGtids, at);
  at = packet.writeUInt32LE(serverId, at);
  at = packet.writeUInt32LE(0, at);
  at = packet.writeBigUInt64LE(firstPlace, at);
  at = packet.writeUInt32LE(set.length, at);
  set.copy(packet, at);
  return packet;
}

function encodeGtids(set: GtidSet): Buffer {
  const sources = [...set.entries()];
  const isTagged = sources.some(({ source }) => source.includes(':'));
  const parts = [int64(isTagged ? taggedCount(sources.length) : BigInt(sources.length))];
  for (const { source, intervals } of sources) {
    const [uuid = '', tag = ''] = source.split(':');
    parts.push(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
    if (isTagged) parts.push(Buffer.from([tag.length << 1]), Buffer.from(tag, 'latin1'));
    parts.push(int64(BigInt(intervals.length)));
    for (const { first, last } of intervals) parts.push(int64(BigInt(first)), int64(BigInt(last + 1)));
  }
  return Buffer.concat(parts);
}

/** Sets with tags (8.3 and later) carry the format's number before and behind the count. */
const taggedCount = (count: number): bigint => (1n << 56n) | (BigInt(count) << 8n) | 1n;

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
