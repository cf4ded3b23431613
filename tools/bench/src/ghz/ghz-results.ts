/** RPCs that ghz calls. */
export type GhzRpc = 'ListFunds' | 'CheckAccess';

/** One measured run of ghz. */
export interface GhzRun {
  readonly rpc: GhzRpc;
  /** `closed`: each of `concurrency` callers asks again when it has its answer. `open`: a fixed rate regardless. */
  readonly loop: 'closed' | 'open';
  /** Callers of a closed loop; null for an open one, whose calls wait for nobody. */
  readonly concurrency: number | null;
  /** Null for a closed loop. */
  readonly targetCallsPerSecond: number | null;
  readonly seconds: number;
  readonly calls: number;
  /** By gRPC code; ghz sees codes, not answers. */
  readonly errors: Readonly<Record<string, number>>;
  readonly callsPerSecond: number;
  /** Of calls that succeeded, in milliseconds; null when there was none. */
  readonly latency: { readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number } | null;
  /** Whether the run before it, whose HTML is kept, had errors. */
  readonly warmUpFailed: boolean;
  /** What ghz wrote, in `<results>/ghz/`: the measured run, and the warm-up of the same settings. */
  readonly jsonFile: string;
  readonly htmlFile: string;
}

/** Results of `ghz`. */
export interface GhzResults {
  readonly ghzVersion: string;
  /** The service that was called; null for one that the command started itself. */
  readonly host: string | null;
  /** As in the API; null leaves the choice to the service. */
  readonly strategy: string | null;
  readonly withTotal: boolean;
  readonly questions: Readonly<Record<GhzRpc, number>>;
  readonly runs: readonly GhzRun[];
}
