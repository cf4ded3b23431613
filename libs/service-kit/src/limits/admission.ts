import type { DescMethod } from '@bufbuild/protobuf';
import { DomainError } from '@finance/domain';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Caller } from '../identity/caller.ts';
import { createLoadShedder } from './load-shedder.ts';
import { createTurnAllowance } from './turn-allowance.ts';

/** How much is taken on at once. */
export interface AdmissionLimits {
  readonly calls: number;
  /** Infinity where callers are not told apart. */
  readonly callsPerCaller: number;
  readonly streams: number;
  /** 0: no limit. */
  readonly callsPerSecond: number;
  /** 0: never. */
  readonly shedDelayMs: number;
}

/** Ends an admitted call's hold on the limits; a second time has no effect. */
export type Release = () => void;

/** Decides whether a known caller's call is taken on. */
export interface Admission {
  /** @throws DomainError OVERLOADED or RATE_LIMITED, at once and before any work */
  admit(caller: Caller, method: DescMethod): Release | Promise<Release>;
  close(): void;
}

/** Limits of this process alone: with n instances, a caller can have n times as much. */
export function createAdmission(limits: AdmissionLimits): Admission {
  const callsOf = new Map<string, number>();
  const shedder = createLoadShedder(limits.shedDelayMs);
  const turn = createTurnAllowance();
  const rate =
    limits.callsPerSecond === 0 ? undefined : new RateLimiterMemory({ points: limits.callsPerSecond, duration: 1 });
  let calls = 0;
  let streams = 0;

  const admitStream = (): Release => {
    if (streams >= limits.streams) throw tooManyStreams;
    streams += 1;
    return once(() => (streams -= 1));
  };
  const admitCall = ({ subject }: Caller): Release => {
    if (calls >= limits.calls) throw tooManyCalls;
    const own = callsOf.get(subject) ?? 0;
    if (own >= limits.callsPerCaller) throw tooManyOfCaller;
    calls += 1;
    callsOf.set(subject, own + 1);
    return once(() => {
      calls -= 1;
      const left = (callsOf.get(subject) ?? 1) - 1;
      if (left === 0) callsOf.delete(subject);
      else callsOf.set(subject, left);
    });
  };

  return {
    admit(caller, { methodKind }) {
      if (shedder.shed() || (limits.shedDelayMs > 0 && !turn.take())) throw tooManyNow;
      const admit = () => (methodKind === 'unary' ? admitCall(caller) : admitStream());
      return rate === undefined ? admit() : withinRate(rate, limits.callsPerSecond, caller).then(admit);
    },
    close: () => shedder.close(),
  };
}

async function withinRate(rate: RateLimiterMemory, callsPerSecond: number, { subject }: Caller): Promise<void> {
  try {
    await rate.consume(subject);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const limit = String(callsPerSecond);
    throw new DomainError('RATE_LIMITED', `this caller may make ${limit} calls a second: wait, then retry`, {
      calls_per_second: limit,
    });
  }
}

/** Made once: under a flood the stack of each would cost more than the rest of its refusal. */
const overloaded = (what: string): DomainError =>
  new DomainError('OVERLOADED', `this server has too many ${what}: wait, then retry`);
/** This process is too busy, whatever it has taken on. */
export const tooManyNow = overloaded('calls for the time being');
const tooManyCalls = overloaded('calls');
const tooManyOfCaller = overloaded('calls of this caller');
const tooManyStreams = overloaded('streams');

function once(release: () => void): Release {
  let released = false;
  return () => {
    if (released) return;
    released = true;
    release();
  };
}
