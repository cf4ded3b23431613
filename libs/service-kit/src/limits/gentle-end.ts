import type { Http2Session, Http2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenCalls } from './open-calls.ts';
import { whileOpen } from './while-open.ts';

/** Ends HTTP/2 connections without refusing a call that is on its way. */
export interface GentleEnds {
  /** Begins a connection. */
  arrive(socket: Socket, begin: () => void): void;
  /** To be called as its session begins. */
  watch(session: Http2Session): void;
  /** Begins a call: at once, or, while its connection is about to end, a moment later if it is still open then. */
  serve(stream: Http2Stream, begin: () => void): void;
  /** Open calls go on; the connection closes after the last one. */
  end(session: Http2Session): void;
}

/** GOAWAY, without an error, that takes back no stream: its last stream id is the highest there is. */
const goAwaySoon = Buffer.from('0000080700000000007fffffff00000000', 'hex');
/** Answers that are not there by then are not waited for. */
const quietMsMax = 1_000;
const quietPollMs = 5;
/** A peer that has not answered a ping by then gets no better end. */
const heardMsMax = 700;

/**
 * A connection that is closed at once refuses what the peer has sent meanwhile (REFUSED_STREAM), and a peer that finds
 * the GOAWAY right behind an answer refuses the call that the answer led it to make; connect-node reports both as an
 * error of the call. So the connection takes a breath: calls that come wait, those that run are answered, and the peer
 * has read the answers. Then it is told to begin no more calls here, those that wait begin, and when the peer has heard
 * of it, the connection closes for good.
 *
 * nghttp2 ignores every stream after a GOAWAY of its own, so the first one is written to the socket beside it. Over TLS
 * that cannot be done, and the first one is the last.
 */
export function createGentleEnds(openCalls: OpenCalls): GentleEnds {
  const sockets = new WeakMap<Http2Session, Socket>();
  const waiting = new Map<Http2Session, (() => void)[]>();
  const ending = new WeakSet<Http2Session>();
  let arriving: Socket | undefined;

  const end = async (session: Http2Session): Promise<void> => {
    const calls: (() => void)[] = [];
    waiting.set(session, calls);
    // Twice: what was begun before and not read yet is a call by then.
    for (let round = 0; round < 2; round += 1) {
      for (let waitedMs = 0; waitedMs < quietMsMax && openCalls.hasOn(session); waitedMs += quietPollMs) {
        await sleep(quietPollMs, undefined, { ref: false });
      }
      await heard(session);
    }
    const socket = sockets.get(session);
    if (!session.destroyed && !session.closed && socket !== undefined) {
      socket.write(goAwaySoon);
      begin(session, calls);
      await heard(session);
    }
    if (!session.destroyed) session.close();
    begin(session, calls);
  };
  const begin = (session: Http2Session, calls: readonly (() => void)[]): void => {
    if (waiting.delete(session)) for (const call of calls) call();
  };
  return {
    arrive: (socket, begin) => {
      arriving = 'encrypted' in socket ? undefined : socket;
      begin();
      arriving = undefined;
    },
    watch: (session) => {
      if (arriving !== undefined) sockets.set(session, arriving);
    },
    serve: (stream, begin) => {
      const calls = waiting.size > 0 && stream.session ? waiting.get(stream.session) : undefined;
      if (calls === undefined) begin();
      else calls.push(whileOpen(stream, begin));
    },
    end: (session) => {
      if (session.closed || session.destroyed || ending.has(session)) return;
      ending.add(session);
      void end(session);
    },
  };
}

/**
 * Resolves when the peer has read what was sent before. A ping overtakes answers that are not sent yet, and its answer
 * calls that the peer has not sent yet; a second one does neither.
 */
async function heard(session: Http2Session): Promise<void> {
  const deadline = sleep(heardMsMax, undefined, { ref: false });
  const ping = () =>
    new Promise<void>((resolve) => {
      if (session.destroyed || !session.ping(() => resolve())) resolve();
    });
  await Promise.race([deadline, ping().then(ping)]);
}
