/** Bounds the work that one turn of the event loop may begin, so that a flood cannot make every answer late. */
export interface TurnAllowance {
  /** Whether this turn may begin another call. */
  take(): boolean;
}

/** A few such turns and a trip over the network are what a caller feels as at once. */
const turnMsMax = 50;
/** So much of one turn alone: a collection of garbage or a long sort is no overload. */
const calmMsMax = 200;
/** What honest clients send in one piece is never refused. */
const callsMin = 20;
/** From turn to turn, when it has become calm. */
const growth = 1.5;

/**
 * Calls that arrive while a turn lasts wait for its end, all of them. So a turn that has worked for long begins no
 * further calls: they are refused at once. The longer it was, the less the next one begins, because what waits there has
 * waited for as long; refusing it quickly is what makes the later ones be answered in time.
 */
export function createTurnAllowance(nowMs: () => number = () => performance.now()): TurnAllowance {
  let taken = 0;
  let begunMs = 0;
  let msMax = calmMsMax;
  const endTurn = (): void => {
    const tookMs = nowMs() - begunMs;
    msMax = tookMs > turnMsMax ? turnMsMax ** 2 / tookMs : Math.min(calmMsMax, msMax * growth);
    taken = 0;
  };
  return {
    take: () => {
      if (taken === 0) {
        begunMs = nowMs();
        setImmediate(endTurn);
      } else if (taken >= callsMin && nowMs() - begunMs > msMax) return false;
      taken += 1;
      return true;
    },
  };
}
