import { connect, type Socket } from 'node:net';
import { field, frame, headers, preface, reset } from '../hostile/raw-http2.ts';

/** How a call over a raw connection ended: its `grpc-status`, and the answer if there was one. */
export interface RawEnd {
  /** Undefined: the connection was lost, or the stream reset. */
  readonly status: number | undefined;
  readonly answer: Buffer | undefined;
}

/**
 * Calls over HTTP/2 written by hand: some 10 µs a call instead of some 80, so that one core can offer more than a server
 * can do on another. Knows what our own servers send, and no more.
 */
export interface RawConnection {
  readonly isOpen: boolean;
  /** The server has said its settings. */
  readonly isGreeted: boolean;
  /** `ended` is told once. @returns the stream's number, for {@link giveUp} */
  call(path: string, message: Buffer, deadlineMs: number, ended: (end: RawEnd) => void): number;
  /** Takes a call back; it ends without a status. */
  giveUp(streamId: number): void;
  close(): void;
}

/** What becomes of a connection; each is told once. */
export interface RawConnectionEvents {
  /** The server has said its settings. */
  greeted(): void;
  /** It is closed, greeted or not. */
  lost(): void;
}

const frameHead = 9;
const types = { data: 0x0, headers: 0x1, resetStream: 0x3, settings: 0x4, ping: 0x6, goaway: 0x7 } as const;
const endStream = 0x1;
const ack = 0x1;
/** `grpc-status` in HPACK's Huffman code, as every server sends it that has no table of headers. */
const statusName = Buffer.from('9acac8b21234da8f', 'hex');
const windowMax = 2 ** 31 - 1;

/** No table of headers, and windows that never close. */
function greeting(): Buffer {
  const settings = Buffer.alloc(12);
  settings.writeUInt16BE(0x1, 0);
  settings.writeUInt16BE(0x4, 6);
  settings.writeUInt32BE(windowMax, 8);
  const window = Buffer.alloc(4);
  window.writeUInt32BE(windowMax - 65_535);
  return Buffer.concat([preface, frame(types.settings, 0, 0, settings), frame(0x8, 0, 0, window)]);
}

export function openRawConnection(host: string, port: number, tell: RawConnectionEvents): RawConnection {
  const calls = new Map<number, { answer: Buffer | undefined; readonly ended: (end: RawEnd) => void }>();
  const socket: Socket = connect(port, host);
  let isOpen = true;
  let isGreeted = false;
  let nextId = 1;
  let unread: Buffer = Buffer.alloc(0);
  let unsent: Buffer[] = [];

  const end = (id: number, status: number | undefined): void => {
    const call = calls.get(id);
    if (!calls.delete(id)) return;
    call!.ended({ status, answer: call!.answer });
  };
  const lost = (): void => {
    isOpen = false;
    for (const id of calls.keys()) end(id, undefined);
    tell.lost();
  };
  /** What one turn sends goes in one piece. */
  const send = (bytes: Buffer): void => {
    if (unsent.push(bytes) > 1) return;
    setImmediate(() => {
      if (socket.writable) socket.write(Buffer.concat(unsent));
      unsent = [];
    });
  };
  const read = (type: number, flags: number, id: number, payload: Buffer): void => {
    if (type === types.data) {
      const call = calls.get(id);
      if (call) call.answer = call.answer ? Buffer.concat([call.answer, payload]) : payload;
    } else if (type === types.headers) {
      if (flags & endStream) end(id, statusOf(payload));
    } else if (type === types.resetStream) end(id, undefined);
    else if (type === types.settings && !(flags & ack)) {
      send(frame(types.settings, ack, 0));
      if (isGreeted) return;
      isGreeted = true;
      tell.greeted();
    } else if (type === types.ping && !(flags & ack)) send(frame(types.ping, ack, 0, payload));
    else if (type === types.goaway) isOpen = false;
  };
  socket.on('data', (chunk: Buffer) => {
    const bytes = unread.length > 0 ? Buffer.concat([unread, chunk]) : chunk;
    let at = 0;
    while (bytes.length - at >= frameHead) {
      const next = at + frameHead + bytes.readUIntBE(at, 3);
      if (next > bytes.length) break;
      read(bytes[at + 3]!, bytes[at + 4]!, bytes.readUInt32BE(at + 5), bytes.subarray(at + frameHead, next));
      at = next;
    }
    unread = bytes.subarray(at);
  });
  socket.on('error', () => undefined).once('close', lost);
  socket.setNoDelay(true);
  socket.write(greeting());

  return {
    get isOpen() {
      return isOpen;
    },
    get isGreeted() {
      return isGreeted;
    },
    call: (path, message, deadlineMs, ended) => {
      const id = nextId;
      nextId += 2;
      calls.set(id, { answer: undefined, ended });
      send(headers(id, path, true, field('grpc-timeout', `${deadlineMs}m`)));
      send(frame(types.data, endStream, id, message));
      return id;
    },
    giveUp: (id) => {
      if (!calls.has(id)) return;
      send(reset(id));
      end(id, undefined);
    },
    close: () => socket.destroy(),
  };
}

/** The digits that follow the name, with their count before them. */
function statusOf(block: Buffer): number | undefined {
  const at = block.indexOf(statusName);
  if (at < 0) return undefined;
  const from = at + statusName.length + 1;
  return Number(block.toString('latin1', from, from + block[from - 1]!));
}
