import { ChangeFeedError } from '../change-feed-error.ts';

const accessDenied = 1227;
const fatalErrorReadingBinlog = 1236;

/** The error of a packet that is no event. */
export function serverRefusal(packet: Buffer): ChangeFeedError {
  if (packet[0] !== 0xff) return new ChangeFeedError('unavailable', 'the server ended the binlog');
  const number = packet.readUInt16LE(1);
  // Behind the number stands # and five characters of SQL state.
  const message = packet.toString('utf8', packet[3] === 0x23 ? 9 : 3, packet.length);
  if (number === accessDenied) {
    return new ChangeFeedError('setup', `MySQL refuses the binlog: ${message}; GRANT REPLICATION SLAVE ON *.*`);
  }
  return new ChangeFeedError(
    number === fatalErrorReadingBinlog ? 'rebuild' : 'unavailable',
    `the binlog cannot be read on (${number}): ${message}`,
  );
}
