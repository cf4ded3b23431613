import { waitForIndex } from '../wait-for-index.ts';
import { outcomesOf } from '../callers/call-log.ts';
import { startCallers } from '../callers/caller-process.ts';
import { answered, wrong, type CallLog } from '../callers/load.ts';
import { companyQuestions } from './company-questions.ts';
import type { FaultResult, FaultScale } from './scenario.ts';
import { withServices, type ServicePair } from './service-pair.ts';

/** So many that none has more calls open than a connection may, even when all are late. */
const connections = 32;
/** Of the closed loop that finds the peak: more add waiting, not answers. */
const callers = 100;
const warmSecondsFull = 4;
const indexWaitMs = 60_000;

/** Services under loads from a process of its own, whose callers ask for everybody's first page. */
export interface LoadedServices {
  readonly by: string;
  readonly pair: ServicePair;
  /** Answers a second that the services give at most. */
  readonly peak: number;
  /** Calls that are sent when they are due, whatever became of those before. */
  offer(callsPerSecond: number): Promise<CallLog>;
}

type Measured = Omit<FaultResult, 'scenario'>;

/** What answers, by the settings of funds-service: as it is by default, or SQL alone. */
const ways = { 'live index': {}, SQL: { LIVE_INDEX: 'off' } } as const;

/** How the services are loaded. */
export interface LoadLimits {
  /** Of the load that finds the peak, and of each that is offered. */
  readonly seconds: number;
  readonly deadlineMs: number;
  /** As of `withServices`. */
  readonly databaseDirect?: boolean | undefined;
}

/** Measures on services of its own that are warm. */
export function withLoadedServices<T>(
  by: keyof typeof ways,
  { signal }: FaultScale,
  { seconds, deadlineMs, databaseDirect }: LoadLimits,
  measure: (loaded: LoadedServices) => Promise<T>,
): Promise<T> {
  return withServices(
    async (pair) => {
      const { grpcUrl, httpUrl } = pair.fundsProcess;
      await waitForIndex(httpUrl, indexWaitMs, signal);
      const process = startCallers({ grpcUrl, connections, questions: companyQuestions() });
      const closed = (secondsOfIt: number): Promise<CallLog> =>
        process.run({ pace: { kind: 'closed', callers }, seconds: secondsOfIt, deadlineMs });
      const offer = (callsPerSecond: number): Promise<CallLog> =>
        process.run({ pace: { kind: 'open', callsPerSecond }, seconds, deadlineMs });
      try {
        await closed(warmSecondsFull);
        const peak = answersPerSecond(await closed(seconds), seconds);
        signal.throwIfAborted();
        return await measure({ by, pair, peak, offer });
      } finally {
        await process.stop();
      }
    },
    { fundsEnv: ways[by], databaseDirect },
  );
}

/** The results of both ways as one. */
export const bothWays = (one: Measured, other: Measured): Measured => ({
  bars: [...one.bars, ...other.bars],
  facts: { ...one.facts, ...other.facts },
});

/** Right answers in time, for each second of a load. */
export const answersPerSecond = (log: CallLog, seconds: number): number => (outcomesOf(log)[answered] ?? 0) / seconds;

/** Answers that are not what the rule says. */
export const wrongAnswers = (...logs: readonly CallLog[]): number =>
  logs.reduce((sum, log) => sum + (outcomesOf(log)[wrong] ?? 0), 0);
