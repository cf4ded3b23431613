/** Bytes of HTTP/2 (RFC 9113) as no well-behaved client would send them. */
export const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(0x4, 0, 0)]);

const endHeaders = 0x4;

/** One frame. */
export function frame(type: number, flags: number, streamId: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** The headers of a gRPC call, whole or without their end. @param more literals besides, see {@link field} */
export function headers(streamId: number, path: string, whole = true, more: Buffer = Buffer.alloc(0)): Buffer {
  const block = Buffer.concat([
    Buffer.of(0x83, 0x86),
    literal(4, path),
    literal(1, '127.0.0.1'),
    literal(31, 'application/grpc'),
    more,
  ]);
  return frame(0x1, whole ? endHeaders : 0, streamId, block);
}

/** HPACK: a short header, not indexed. */
export function field(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.of(0x00, name.length), Buffer.from(name), Buffer.of(value.length), Buffer.from(value)]);
}

/** More headers of the same request, which again do not end. */
export function continuation(streamId: number, bytes: number): Buffer {
  const value = Buffer.alloc(bytes, 'x');
  const length = Buffer.of(0x7f, ...lengthBytes(bytes - 127));
  return frame(0x9, 0, streamId, Buffer.concat([Buffer.of(0x00, 1), Buffer.from('x'), length, value]));
}

/** Takes a stream back. */
export function reset(streamId: number): Buffer {
  return frame(0x3, 0, streamId, Buffer.of(0, 0, 0, 8));
}

/** HPACK: a value for a name of the static table, not indexed. */
function literal(nameIndex: number, value: string): Buffer {
  const name = nameIndex < 15 ? [nameIndex] : [0x0f, nameIndex - 15];
  return Buffer.concat([Buffer.of(...name, value.length), Buffer.from(value)]);
}

function lengthBytes(rest: number): number[] {
  return rest < 128 ? [rest] : [(rest & 127) | 128, ...lengthBytes(rest >> 7)];
}
