/** Bounds how many calls one turn of the event loop may begin, so that a flood cannot make every answer late. */
export interface TurnAllowance {
  /** Whether this turn may begin another call. */
  take(): boolean;
}

/** A few such turns and a trip over the network are what a caller feels as at once. */
const turnMsMax = 50;
/** What honest clients send in one piece is never refused. */
const callsMin = 20;
/** In calm: what a core answers in a fifth of a second. */
const callsMax = 1_000;
/** From turn to turn, when it has become calm. */
const growth = 1.2;

/**
 * Calls that arrive while a turn lasts wait for its end, all of them, and what a turn begins makes the next ones long,
 * too. So turns that last too long begin fewer calls; refusing the others quickly is what makes these be answered in time.
 */
export function createTurnAllowance(nowMs: () => number = () => performance.now()): TurnAllowance {
  let taken = 0;
  let asked = false;
  let begunMs = 0;
  let allowed = callsMax;
  const endTurn = (): void => {
    const tookMs = nowMs() - begunMs;
    allowed =
      tookMs > turnMsMax ? Math.max(callsMin, (allowed * turnMsMax) / tookMs) : Math.min(callsMax, allowed * growth);
    taken = 0;
    asked = false;
  };
  return {
    take: () => {
      if (!asked) {
        asked = true;
        begunMs = nowMs();
        setImmediate(endTurn);
      }
      if (taken >= allowed) return false;
      taken += 1;
      return true;
    },
  };
}
