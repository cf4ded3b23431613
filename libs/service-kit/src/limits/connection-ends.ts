import type { Http2Server, Http2Session, Http2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { DomainError } from '@finance/domain';
import { createGentleEnds } from './gentle-end.ts';
import type { OpenCalls } from './open-calls.ts';

/** Ends HTTP/2 connections of a listener: each at its age, and all when the listener closes. */
export interface ConnectionEnds {
  /** Learns of the server's sessions. */
  watch(server: Http2Server): void;
  /** Begins a connection of a watched server. */
  arrive(socket: Socket, begin: () => void): void;
  /** Begins a call; while its connection is about to end, a moment later. */
  serve(stream: Http2Stream, begin: () => void): void;
  /** Sends the peer elsewhere; open calls go on. */
  end(session: Http2Session): void;
  /** The same for all, also those that come late. */
  endAll(): void;
}

/** Of the age, for calls to end in. */
const graceShare = 1 / 3;
/** Time to write the reason to callers, before a connection is cut off. */
export const farewellMs = 500;

/**
 * At its age a connection is ended, so that clients look up addresses again and new instances get their share. Calls
 * that still run when a third of the age has passed again end with a reason.
 *
 * @param ageMs 0: there is no limit
 */
export function createConnectionEnds(ageMs: number, openCalls: OpenCalls): ConnectionEnds {
  const { arrive, serve, end, watch } = createGentleEnds(openCalls);
  const sessions = new Map<Http2Session, NodeJS.Timeout | undefined>();
  let isClosing = false;
  const next = (session: Http2Session, delayMs: number, work: (session: Http2Session) => void): void => {
    if (sessions.has(session)) sessions.set(session, setTimeout(work, delayMs, session).unref());
  };
  const grow = (session: Http2Session): void => {
    // Spread, so that what was opened at once is not opened anew at once.
    next(session, ageMs * (0.9 + Math.random() / 5), (aged) => {
      end(aged);
      next(aged, ageMs * graceShare, expire);
    });
  };
  const expire = (session: Http2Session): void => {
    openCalls.abort(connectionExpired('has reached its age'), session);
    next(session, farewellMs, (expired) => expired.destroy());
  };
  return {
    arrive,
    serve,
    end,
    watch: (server) => {
      server.on('session', (session) => {
        watch(session);
        sessions.set(session, undefined);
        session.once('close', () => {
          clearTimeout(sessions.get(session));
          sessions.delete(session);
        });
        if (ageMs > 0) grow(session);
        if (isClosing) end(session);
      });
    },
    endAll: () => {
      isClosing = true;
      for (const session of sessions.keys()) end(session);
    },
  };
}

/** What ends a call together with its connection. */
export const connectionExpired = (why: string): DomainError =>
  new DomainError('CONNECTION_EXPIRED', `this connection ${why}: begin again on a new one`);
