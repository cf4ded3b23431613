import type { Http2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Ends connections when refusing their calls one by one takes much of the time that answers need, and lets new ones wait
 * until there is time again. Callers then fail by themselves, go to another instance, or wait without costing anything.
 */
export interface ConnectionShedder {
  /** Serves a new connection: at once, or, after an overload, when it is its turn. */
  serve(socket: Socket, begin: () => void): void;
  /** Counts a call that was taken on. */
  admitted(): void;
  /** Counts a call that this process was too busy for. */
  refused(session: Http2Session): void;
  /** Ends those that wait, too. */
  close(): void;
}

/** What was ended at one time. */
export interface Shed {
  readonly connections: number;
  /** Share of the calls that were refused just before. */
  readonly refusedShare: number;
}

/** Long enough to count by, and twice in a row for a burst to pass. */
const roundMs = 150;
/** Refusing fewer than one in so many costs answers little. */
const refusedShareMax = 1 / 5;
/** A new connection brings the calls that have waited for it; with more refusals than this there is no room for one. */
const refusedShareForMore = 1 / 20;
/** Fewer in a round are no load, whatever their share. */
const refusedMin = 25;
/** Of the calls that were too many, so many at once: ending too few costs another round, too many would leave us idle. */
const shareOfExcess = 2 / 3;
/** After an overload each round begins so many of the open connections again, or twice as many as the one before. */
const roomShare = 1 / 32;
/**
 * A connection's first calls are all that waited for it. So while turns of the event loop last longer than this on
 * average, only each of so many rounds begins any.
 */
const turnMsMax = 20;
const busyRoundsMax = 7;
/** Beyond this, all are served at once again. */
const roomMax = 1_000;
/** As long as a client may take to greet. */
const waitMsMax = 10_000;

/**
 * Looks each round at how many calls were refused. Ended (GOAWAY; calls under way go on) are connections with the most
 * refusals, together with no more calls than two thirds of those that were too many: a single one that brings all the
 * load stays.
 */
export function createConnectionShedder(report: (shed: Shed) => void): ConnectionShedder {
  const refusedOn = new Map<Http2Session, number>();
  let calls = 0;
  let refused = 0;
  let open = 0;
  let tooManyBefore = false;
  let busyRounds = 0;
  const turns = monitorEventLoopDelay({ resolution: 10 });
  turns.enable();
  /** New connections that a round may begin; Infinity: there is no overload. */
  let room = Infinity;
  let waiting: { readonly socket: Socket; readonly begin: () => void; readonly sinceMs: number }[] = [];

  const end = (refusedShare: number): void => {
    // Refusals are spread evenly over calls, so they tell how many a connection made.
    let left = refused * refusedShare * shareOfExcess;
    let connections = 0;
    for (const [session, refusals] of [...refusedOn].toSorted(([, a], [, b]) => b - a)) {
      if (refusals > left || session.closed || session.destroyed) continue;
      left -= refusals;
      connections += 1;
      session.close();
    }
    if (connections > 0) report({ connections, refusedShare });
  };
  const start = (socket: Socket, begin: () => void): void => {
    open += 1;
    socket.once('close', () => (open -= 1));
    begin();
  };
  const serveWaiting = (): void => {
    const nowMs = performance.now();
    waiting = waiting.filter(({ socket }) => !socket.destroyed);
    for (const { socket, begin } of waiting.splice(0, room)) start(socket, begin);
    for (const { socket, sinceMs } of waiting) if (nowMs - sinceMs > waitMsMax) socket.destroy();
  };
  const timer = setInterval(() => {
    const refusedShare = calls === 0 ? 0 : refused / calls;
    const tooMany = refused >= refusedMin && refusedShare > refusedShareMax;
    const shed = tooMany && tooManyBefore;
    // What is ended now shows in the round after the next.
    tooManyBefore = tooMany && !shed;
    if (shed) end(refusedShare);
    // Of a round that is a single turn there is no mean.
    const isBusy = !(turns.mean <= turnMsMax * 1e6);
    busyRounds = isBusy && !shed ? busyRounds + 1 : 0;
    const mayBegin = refusedShare <= refusedShareForMore && busyRounds % busyRoundsMax === 0;
    if (shed) room = 0;
    else if (room < Infinity) room = mayBegin ? Math.max(Math.ceil(Math.max(1, open) * roomShare), room * 2) : 0;
    if (room > roomMax) room = Infinity;
    calls = 0;
    refused = 0;
    refusedOn.clear();
    turns.reset();
    serveWaiting();
  }, roundMs);
  timer.unref();

  return {
    serve: (socket, begin) => {
      if (room === Infinity) start(socket, begin);
      else waiting.push({ socket, begin, sinceMs: performance.now() });
    },
    admitted: () => void (calls += 1),
    refused: (session) => {
      calls += 1;
      refused += 1;
      refusedOn.set(session, (refusedOn.get(session) ?? 0) + 1);
    },
    close: () => {
      clearInterval(timer);
      turns.disable();
      for (const { socket } of waiting) socket.destroy();
    },
  };
}
