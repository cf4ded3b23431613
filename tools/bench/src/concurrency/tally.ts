import { createLatencyRecorder } from '../latency.ts';
import type { ConcurrencyCell } from '../result-types.ts';

/** How a call failed. */
export interface CallError {
  /** A gRPC code, `wrong answer` or `dropped`. */
  readonly kind: string;
  readonly message: string;
}

/** What came of some calls. */
export type TallyResult = Pick<
  ConcurrencyCell,
  'calls' | 'succeeded' | 'successRate' | 'errors' | 'errorSamples' | 'latency'
>;

/** Counts calls: times of the right ones, errors by kind. */
export interface Tally {
  record(ms: number, error: CallError | undefined): void;
  result(): TallyResult;
}

/** An empty tally. */
export function createTally(): Tally {
  const recorder = createLatencyRecorder();
  const errors: Record<string, number> = {};
  const errorSamples: Record<string, string> = {};
  return {
    record: (ms, error) => {
      if (!error) return recorder.record(ms);
      errors[error.kind] = (errors[error.kind] ?? 0) + 1;
      errorSamples[error.kind] ??= error.message;
    },
    result: () => {
      const latency = recorder.latency();
      const calls = latency.calls + Object.values(errors).reduce((sum, count) => sum + count, 0);
      const succeeded = latency.calls;
      return { calls, succeeded, successRate: calls === 0 ? 0 : succeeded / calls, errors, errorSamples, latency };
    },
  };
}
