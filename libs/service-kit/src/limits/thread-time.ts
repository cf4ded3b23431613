import { CallerTime, type ThreadUse } from './caller-time.ts';
import { RecentUse } from './recent-use.ts';
import { createUnmeasured } from './unmeasured-time.ts';

/** Shares the time of this thread out among callers. */
export interface ThreadTime {
  /** Of the caller of a call that begins, and is to tell its end. */
  of(caller: string): CallerTime;
  close(): void;
}

const sweepMs = 1_000;
/** Sweeps after which who has not called or used anything does not count as here, and without a call is forgotten. */
const hereSweeps = 1;
const forgottenSweeps = 30;
/** Of the thread's time, what nobody is given who uses much of it, while others are here. */
const reserve = 0.1;
/** Of the thread's time, what a caller of calls that take long has, at most, while others are here. */
const longCallsMax = 0.5;

/**
 * A call cannot be interrupted, and all wait while one uses the thread. A caller who is alone may use all of its time, a
 * stretch at a time. While others are here, who has used some of it pauses, the longer the more the others use: each has
 * an equal share at least, and besides what the others leave.
 */
export function createThreadTime(): ThreadTime {
  const callers = new Map<string, CallerTime>();
  const use = new RecentUse();
  const unmeasured = createUnmeasured();
  let sweeps = 0;
  let here = 0;
  let inTurn: CallerTime[] = [];
  const endTurn = (): void => {
    const ending = inTurn;
    inTurn = [];
    for (const caller of ending) caller.endTurn();
  };
  const seen = (caller: CallerTime): void => {
    caller.seenAt = sweeps;
    if (caller.isHere) return;
    caller.isHere = true;
    here += 1;
  };
  const thread: ThreadUse = {
    get isAlone() {
      return here <= 1;
    },
    get unmeasuredMs() {
      return unmeasured.ofCall();
    },
    shareOf: (caller, nowMs) => {
      const left = 1 - Math.max(0, use.at(nowMs) - caller.use.at(nowMs)) - reserve;
      return Math.max(1 / here, Math.min(left, caller.takesLong ? longCallsMax : 1));
    },
    used: (caller, ms, nowMs, isFirst) => {
      use.add(ms, nowMs);
      unmeasured.except(ms);
      // Streams go on long after they have begun; who has no call any more may be forgotten.
      if (caller.openCalls > 0) seen(caller);
      if (!isFirst) return;
      if (inTurn.length === 0) setImmediate(endTurn);
      inTurn.push(caller);
    },
  };
  const timer = setInterval(() => {
    sweeps += 1;
    unmeasured.learn();
    for (const [name, caller] of callers) {
      const away = caller.isWaiting ? 0 : sweeps - caller.seenAt;
      if (caller.isHere && away > hereSweeps) {
        caller.isHere = false;
        here -= 1;
      }
      if (away > forgottenSweeps && caller.openCalls === 0) callers.delete(name);
    }
  }, sweepMs);
  timer.unref();
  return {
    of: (name) => {
      let caller = callers.get(name);
      if (caller === undefined) {
        caller = new CallerTime(thread);
        callers.set(name, caller);
      }
      caller.openCalls += 1;
      seen(caller);
      return caller;
    },
    close: () => clearInterval(timer),
  };
}
