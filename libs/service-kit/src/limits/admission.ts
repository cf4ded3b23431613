import type { DescMethod } from '@bufbuild/protobuf';
import { DomainError } from '@finance/domain';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { limitedAs, type Caller } from '../identity/caller.ts';
import { createLoadShedder } from './load-shedder.ts';
import { createPlaces, type Places } from './places.ts';
import type { Release } from './release.ts';
import { createTurnAllowance } from './turn-allowance.ts';

/** How much is taken on at once. */
export interface AdmissionLimits {
  readonly calls: number;
  readonly callsPerCaller: number;
  readonly streams: number;
  readonly streamsPerCaller: number;
  /** 0: no limit. */
  readonly callsPerSecond: number;
  /** 0: never. */
  readonly shedDelayMs: number;
}

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
  const calls = createPlaces(limits.calls, limits.callsPerCaller, tooManyCalls, tooManyOfCaller);
  const streams = createPlaces(limits.streams, limits.streamsPerCaller, tooManyStreams, tooManyStreamsOfCaller);
  const shedder = createLoadShedder(limits.shedDelayMs);
  const turn = createTurnAllowance();
  const rate =
    limits.callsPerSecond === 0 ? undefined : new RateLimiterMemory({ points: limits.callsPerSecond, duration: 1 });
  const placesOf = ({ methodKind }: DescMethod): Places => (methodKind === 'unary' ? calls : streams);

  return {
    arrive(caller, method) {
      if (shedder.shed() || (limits.shedDelayMs > 0 && !turn.take())) throw tooManyNow;
      placesOf(method).check(limitedAs(caller));
      return rate && withinRate(rate, limits.callsPerSecond, caller);
    },
    enter: (caller, method) => placesOf(method).take(limitedAs(caller)),
    close: () => shedder.close(),
  };
}

async function withinRate(rate: RateLimiterMemory, callsPerSecond: number, caller: Caller): Promise<void> {
  try {
    await rate.consume(limitedAs(caller));
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
const tooManyStreamsOfCaller = overloaded('streams of this caller');
