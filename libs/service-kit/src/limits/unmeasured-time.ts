/** The time of the thread that no call was measured for: HTTP/2, queues, refusals, the collection of garbage. */
export interface UnmeasuredTime {
  /** The part of a call that ends now. */
  ofCall(): number;
  /** Takes out what was counted to a caller, the parts of calls included. */
  except(ms: number): void;
  /** Looks at what the thread has done since the last time. */
  learn(): void;
}

/** Until the first look, and within what bounds: few calls tell little, and not all that the thread does is for calls. */
const atFirstMs = 0.05;
const atLeastMs = 0.02;
const atMostMs = 0.5;
const callsMin = 100;

/** Spreads it over the calls. */
export function createUnmeasured(): UnmeasuredTime {
  let sinceLast = performance.eventLoopUtilization();
  let measuredMs = 0;
  let calls = 0;
  let ofCallMs = atFirstMs;
  return {
    ofCall: () => {
      calls += 1;
      measuredMs -= ofCallMs;
      return ofCallMs;
    },
    except: (ms) => {
      measuredMs += ms;
    },
    learn: () => {
      const now = performance.eventLoopUtilization();
      const { active } = performance.eventLoopUtilization(now, sinceLast);
      if (calls >= callsMin) ofCallMs = Math.min(atMostMs, Math.max(atLeastMs, (active - measuredMs) / calls));
      sinceLast = now;
      measuredMs = 0;
      calls = 0;
    },
  };
}
