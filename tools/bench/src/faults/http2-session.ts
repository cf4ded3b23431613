import { connect, type ClientHttp2Session } from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';
import type { GrpcTransportOptions } from '@connectrpc/connect-node';

type SessionManager = NonNullable<GrpcTransportOptions['sessionManager']>;

const connectTimeoutMs = 5_000;
/** A peer that vanished without a FIN is noticed within these times instead of at each call's deadline. */
const pingIntervalMs = 10_000;
const pingTimeoutMs = 5_000;

/**
 * One HTTP/2 session to a peer, opened when it is needed and again after a loss. connect-node's own manager stops to
 * listen for errors at some moments, and a peer that sends garbage just then ended the process; this one always listens.
 */
export function createHttp2Session(url: string): SessionManager {
  const authority = new URL(url).origin;
  let current: Promise<ClientHttp2Session> | undefined;

  const open = (): Promise<ClientHttp2Session> => {
    const opened = new Promise<ClientHttp2Session>((resolve, reject) => {
      const session = connect(authority);
      // An idle session must not keep a process.
      session.unref();
      const end = (cause?: unknown): void => {
        clearTimeout(connecting);
        clearInterval(pinging);
        if (current === opened) current = undefined;
        reject(new ConnectError('the connection was lost', Code.Unavailable, undefined, undefined, cause));
        session.destroy();
      };
      const connecting = setTimeout(() => end(new Error('no connection in time')), connectTimeoutMs);
      const pinging = setInterval(() => ping(session, end), pingIntervalMs).unref();
      session.on('error', end);
      session.on('close', () => end());
      // Calls under way go on; the next ones need another session.
      session.on('goaway', () => {
        if (current === opened) current = undefined;
      });
      session.once('connect', () => {
        clearTimeout(connecting);
        resolve(session);
      });
    });
    return opened;
  };

  return {
    authority,
    request: async (method, path, headers, streamOptions) => {
      current ??= open();
      const session = await current;
      if (session.closed || session.destroyed) throw new ConnectError('the connection was lost', Code.Unavailable);
      return session.request({ ...headers, ':method': method, ':path': path }, streamOptions);
    },
    notifyResponseByteRead: () => undefined,
  };
}

function ping(session: ClientHttp2Session, lost: (cause: unknown) => void): void {
  if (session.destroyed) return;
  const timer = setTimeout(() => lost(new Error('no answer to a ping')), pingTimeoutMs).unref();
  session.ping((error) => {
    clearTimeout(timer);
    if (error) lost(error);
  });
}
