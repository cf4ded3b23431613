import { DomainError } from '@finance/domain';
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen, type IPolicy } from 'cockatiel';

/** `closed`: calls pass; `open`: they are refused; `half-open`: refused while one probe finds out. */
export type BreakerState = 'closed' | 'open' | 'half-open';

const stateNames: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/** Few enough that callers notice little, more than one lost connection brings. */
export const failuresMax = 5;
/** A database that is back serves again within this and a connection's set-up. */
const probeIntervalMs = 500;
const probeTimeoutMs = 1_000;

/** Marks a failure that tells that the database cannot serve. */
class Unavailable extends Error {}

/** What a failed call tells: `failed`, the database cannot serve; `answered`, it can; `neither`, nothing. */
export type Verdict = 'failed' | 'answered' | 'neither';

/** Refuses calls at once while the database cannot serve, and finds out by probes of its own when it can again. */
export interface DatabaseBreaker {
  readonly state: BreakerState;
  readonly openings: number;
  readonly refused: number;
  /** Runs work; `judge` says what its error tells. @throws DomainError DATABASE_UNAVAILABLE at once unless closed */
  run<T>(work: () => Promise<T>, judge: (error: unknown) => Verdict): Promise<T>;
  /** Probes no more. */
  close(): void;
}

/**
 * @param probe rejects when the database does not answer; no caller ever serves as the probe, so none has to wait for one
 * @param onStateChange told of every change
 */
export function createDatabaseBreaker(
  probe: (signal: AbortSignal) => Promise<void>,
  onStateChange: (state: BreakerState) => void = () => undefined,
): DatabaseBreaker {
  const policy = circuitBreaker(
    handleWhen((error) => error instanceof Unavailable),
    { halfOpenAfter: probeIntervalMs, breaker: new ConsecutiveBreaker(failuresMax) },
  );
  let openings = 0;
  let refused = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const tryAgain = async (): Promise<void> => {
    await through(
      policy,
      () => probe(AbortSignal.timeout(probeTimeoutMs)),
      () => 'failed',
    ).catch(() => undefined);
  };
  policy.onStateChange((state) => {
    if (state === CircuitState.Open && !closed) {
      openings += 1;
      // One more millisecond than cockatiel waits: timers may be early.
      timer = setTimeout(() => void tryAgain(), probeIntervalMs + 1);
    }
    onStateChange(stateNames[state]);
  });

  return {
    get state() {
      return stateNames[policy.state];
    },
    get openings() {
      return openings;
    },
    get refused() {
      return refused;
    },
    run: async (work, judge) => {
      if (policy.state !== CircuitState.Closed) {
        refused += 1;
        throw new DomainError('DATABASE_UNAVAILABLE', 'the database does not answer; retry later');
      }
      return through(policy, work, judge);
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Runs work through the policy: an answered error counts as success, one that tells nothing does not count. */
async function through<T>(policy: IPolicy, work: () => Promise<T>, judge: (error: unknown) => Verdict): Promise<T> {
  let failure: { readonly error: unknown } | undefined;
  const result = await policy
    .execute(async () => {
      try {
        return { value: await work() };
      } catch (error) {
        failure = { error };
        const outcome = judge(error);
        if (outcome === 'answered') return undefined;
        throw outcome === 'failed' ? new Unavailable() : error;
      }
    })
    .catch((error: unknown) => {
      throw failure ? failure.error : error;
    });
  if (result === undefined) throw failure!.error;
  return result.value;
}
