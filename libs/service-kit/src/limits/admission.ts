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
  /**
   * The headers of a call are there. It has no place yet, since the rest may never come; but where there is none now,
   * nothing more of it is read.
   * @throws DomainError OVERLOADED or RATE_LIMITED
   */
  arrive(caller: Caller, method: DescMethod): void | Promise<void>;
  /** The request of a call is there, and the call takes its place. @throws DomainError OVERLOADED */
  enter(caller: Caller, method: DescMethod): Release;
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

  const checkRoom = ({ subject }: Caller, { methodKind }: DescMethod): void => {
    if (methodKind !== 'unary') {
      if (streams >= limits.streams) throw tooManyStreams;
      return;
    }
    if (calls >= limits.calls) throw tooManyCalls;
    if ((callsOf.get(subject) ?? 0) >= limits.callsPerCaller) throw tooManyOfCaller;
  };
  const enterStream = (): Release => {
    streams += 1;
    return once(() => (streams -= 1));
  };
  const enterCall = ({ subject }: Caller): Release => {
    calls += 1;
    callsOf.set(subject, (callsOf.get(subject) ?? 0) + 1);
    return once(() => {
      calls -= 1;
      const left = (callsOf.get(subject) ?? 1) - 1;
      if (left === 0) callsOf.delete(subject);
      else callsOf.set(subject, left);
    });
  };

  return {
    arrive(caller, method) {
      if (shedder.shed() || (limits.shedDelayMs > 0 && !turn.take())) throw tooManyNow;
      checkRoom(caller, method);
      return rate && withinRate(rate, limits.callsPerSecond, caller);
    },
    enter(caller, method) {
      checkRoom(caller, method);
      return method.methodKind === 'unary' ? enterCall(caller) : enterStream();
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
export const overloaded = (what: string): DomainError =>
  new DomainError('OVERLOADED', `this server has too many ${what}: wait, then retry`);
/** This process is too busy, whatever it has taken on. */
export const tooManyNow = overloaded('calls for the time being');
const tooManyCalls = overloaded('calls');
const tooManyOfCaller = overloaded('calls of this caller');
const tooManyStreams = overloaded('streams');

/** Has an effect the first time only. */
export function once(release: () => void): Release {
  let released = false;
  return () => {
    if (released) return;
    released = true;
    release();
  };
}
