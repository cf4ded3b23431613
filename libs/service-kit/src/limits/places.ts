import type { DomainError } from '@finance/domain';
import { once, type Release } from './release.ts';

/** Places that all callers share, of which one caller can have so many. */
export interface Places {
  /** @throws DomainError OVERLOADED */
  check(caller: string): void;
  /** @throws DomainError OVERLOADED */
  take(caller: string): Release;
}

/** Refuses with the one error or the other. */
export function createPlaces(max: number, perCallerMax: number, tooMany: DomainError, ofCaller: DomainError): Places {
  const takenBy = new Map<string, number>();
  let taken = 0;
  const check = (caller: string): void => {
    if (taken >= max) throw tooMany;
    if ((takenBy.get(caller) ?? 0) >= perCallerMax) throw ofCaller;
  };
  return {
    check,
    take: (caller) => {
      check(caller);
      taken += 1;
      takenBy.set(caller, (takenBy.get(caller) ?? 0) + 1);
      return once(() => {
        taken -= 1;
        const left = takenBy.get(caller)! - 1;
        if (left === 0) takenBy.delete(caller);
        else takenBy.set(caller, left);
      });
    },
  };
}
