import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { onTestFinished } from 'vitest';

/** An HTTP/2 connection until the test ends. @param localAddress of loopback, which it comes from */
export function session(url: string, localAddress?: string): ClientHttp2Session {
  const { hostname: host, port } = new URL(url);
  const from = () => connectTcp({ host, port: Number(port), localAddress });
  const opened = connect(url, localAddress === undefined ? {} : { createConnection: from });
  opened.on('error', () => undefined);
  onTestFinished(() => opened.destroy());
  return opened;
}

/** What a call brought, below any client library. */
export interface RawAnswer {
  /** Headers and trailers together. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends these bytes to an RPC and waits for the end of the answer. */
export async function rawCall(
  opened: ClientHttp2Session,
  rpc: string,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const stream = opened.request({ ...grpcHeadersOf(rpc), ...headers });
  stream.on('error', () => undefined);
  const received: IncomingHttpHeaders = {};
  const chunks: Buffer[] = [];
  stream.on('response', (some) => void Object.assign(received, some));
  stream.on('trailers', (some) => void Object.assign(received, some));
  stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
  stream.end(body);
  await closeOf(stream);
  return { headers: received, body: Buffer.concat(chunks) };
}

/** Resolves when the stream has ended, however it did. */
export const closeOf = (stream: ClientHttp2Stream): Promise<void> =>
  new Promise((resolve) => void stream.once('close', () => resolve()));

/** Headers of a gRPC call. */
export const grpcHeadersOf = (rpc: string): Readonly<Record<string, string>> => ({
  ':method': 'POST',
  ':path': `/${rpc}`,
  'content-type': 'application/grpc',
  te: 'trailers',
});

/** A message as gRPC, gRPC-Web and Connect's streams frame it. */
export function framed(message: Uint8Array, isCompressed = false): Buffer {
  const head = Buffer.alloc(5);
  head[0] = isCompressed ? 1 : 0;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
