import { constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { Code } from '@connectrpc/connect';

/** A call as bytes. */
export interface Call {
  readonly port: 'grpc' | 'http';
  readonly rpc: string;
  readonly type: string;
  readonly body: Buffer;
  /** A header and its value. */
  readonly encoding?: readonly [string, string];
}

/** Opens the stream of a call; its request is the caller's to send, or not. */
export function open(session: ClientHttp2Session, { rpc, type, encoding }: Omit<Call, 'body' | 'port'>) {
  const stream = session.request({
    ':method': 'POST',
    ':path': `/${rpc}`,
    'content-type': type,
    te: 'trailers',
    ...(encoding && { [encoding[0]]: encoding[1] }),
  });
  stream.on('error', () => undefined);
  return stream;
}

/** The answer to a call: a gRPC code by its name, or how its stream ended without one. */
export function answerTo(stream: ClientHttp2Stream): Promise<string> {
  const headers: IncomingHttpHeaders = {};
  let text = '';
  stream.on('response', (some) => void Object.assign(headers, some));
  stream.on('trailers', (some) => void Object.assign(headers, some));
  stream.on('data', (chunk: Buffer) => (text = (text + chunk.toString('latin1')).slice(-4_096)));
  return new Promise((resolve) => {
    stream.once('close', () => {
      const grpc = headers['grpc-status'] ?? /grpc-status: ?(\d+)/.exec(text)?.[1];
      if (grpc !== undefined) resolve(nameOf(Number(grpc)));
      else if (headers[':status'] === undefined) resolve(stream.rstCode === enhanceYourCalm ? 'ENDED' : 'LOST');
      else resolve(/"code":"(\w+)"/.exec(text)?.[1]?.toUpperCase() ?? `HTTP ${headers[':status']}`);
    });
  });
}

const enhanceYourCalm = constants.NGHTTP2_ENHANCE_YOUR_CALM;

const nameOf = (code: number): string =>
  code === 0 ? 'OK' : (Code[code] ?? String(code)).replaceAll(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase();
